package io.flockerj.hub.access;

import io.flockerj.store.id.Id;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Owners, volumesets and rights in memory. Tokens are the names of accounts; some are not taken. */
public final class TestingAdmission implements Admission, Authentication {
    private final Set<OwnerName> owners = new HashSet<>();
    private final Map<VolumesetName, Holding> volumesets = new HashMap<>();
    private final Map<VolumesetName, Map<String, Right>> rights = new HashMap<>();
    private final Map<OwnerName, Set<String>> makers = new HashMap<>();
    private final Map<String, Reason> refused = new HashMap<>();
    private final Map<String, TokenScope> scopes = new HashMap<>();
    private final Set<Id> deleted = new HashSet<>();

    public synchronized TestingAdmission owner(String name, String... whoMayMake) {
        OwnerName owner = new OwnerName(name);
        owners.add(owner);
        makers.put(owner, Set.of(whoMayMake));
        return this;
    }

    public synchronized TestingAdmission volumeset(
            VolumesetName name, Id id, Visibility visibility, BranchRules rules, Map<String, Right> granted) {
        volumesets.put(name, new Holding(name, id, visibility, Optional.empty(), rules));
        rights.put(name, new HashMap<>(granted));
        return this;
    }

    public synchronized TestingAdmission refuse(String token, Reason reason) {
        refused.put(token, reason);
        return this;
    }

    public synchronized TestingAdmission scope(String token, TokenScope scope) {
        scopes.put(token, scope);
        return this;
    }

    /** Whoever shows this token. */
    public static Caller caller(String account) {
        return new Caller(
                Optional.of(new Caller.Account(new Id(9, account.hashCode()), account)),
                Optional.empty(),
                "127.0.0.1",
                "1");
    }

    @Override
    public synchronized Outcome authenticate(Optional<String> bearer, String address, String request) {
        if (bearer.isEmpty()) {
            return new Outcome.Known(Caller.anonymous(address, request));
        }
        Reason reason = refused.get(bearer.get());
        return reason != null
                ? new Outcome.Refused(reason)
                : new Outcome.Known(new Caller(
                        caller(bearer.get()).account(),
                        Optional.ofNullable(scopes.get(bearer.get())),
                        address,
                        request));
    }

    private Holding seen(Caller caller, Holding holding) {
        Map<String, Right> granted = rights.getOrDefault(holding.name(), Map.of());
        Optional<Right> right = caller.account().map(Caller.Account::name).map(granted::get);
        return new Holding(holding.name(), holding.volumeset(), holding.visibility(), right, holding.rules());
    }

    @Override
    public synchronized boolean isOwner(OwnerName owner) {
        return owners.contains(owner);
    }

    @Override
    public synchronized boolean hasPublic(OwnerName owner) {
        return volumesets.values().stream()
                .anyMatch(holding -> holding.name().owner().equals(owner) && holding.visibility() == Visibility.PUBLIC);
    }

    @Override
    public synchronized boolean mayMake(Caller caller, OwnerName owner) {
        return caller.account()
                .filter(account -> makers.getOrDefault(owner, Set.of()).contains(account.name()))
                .isPresent();
    }

    @Override
    public synchronized Optional<Holding> find(Caller caller, OwnerName owner, Id volumeset) {
        return volumesets.values().stream()
                .filter(holding -> holding.name().owner().equals(owner)
                        && holding.volumeset().equals(volumeset))
                .findFirst()
                .map(holding -> seen(caller, holding));
    }

    @Override
    public synchronized Optional<Holding> find(Caller caller, VolumesetName name) {
        return Optional.ofNullable(volumesets.get(name)).map(holding -> seen(caller, holding));
    }

    @Override
    public synchronized List<Holding> all(Caller caller, OwnerName owner) {
        List<Holding> all = new ArrayList<>();
        volumesets.values().stream()
                .filter(holding -> holding.name().owner().equals(owner))
                .map(holding -> seen(caller, holding))
                .filter(holding -> holding.granted().isPresent() || holding.visibility() != Visibility.PRIVATE)
                .forEach(all::add);
        return all;
    }

    @Override
    public synchronized Making make(Caller caller, VolumesetName name, Id volumeset) {
        Holding there = volumesets.get(name);
        if (there != null) {
            return there.volumeset().equals(volumeset) ? Making.MADE : Making.NAME_TAKEN;
        }
        if (deleted.contains(volumeset) || find(caller, name.owner(), volumeset).isPresent()) {
            return Making.VOLUMESET_TAKEN;
        }
        volumeset(
                name,
                volumeset,
                Visibility.PRIVATE,
                BranchRules.NONE,
                Map.of(caller.account().orElseThrow().name(), Right.ADMIN));
        return Making.MADE;
    }

    @Override
    public synchronized void delete(Caller caller, VolumesetName name, Id volumeset) {
        if (volumesets.containsKey(name) && volumesets.get(name).volumeset().equals(volumeset)) {
            volumesets.remove(name);
            deleted.add(volumeset);
        }
    }
}
