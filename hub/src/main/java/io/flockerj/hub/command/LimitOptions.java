package io.flockerj.hub.command;

import io.flockerj.hub.limit.Limits;
import io.flockerj.hub.limit.Network;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** How much of a hub one caller may take, and how callers are told apart. */
final class LimitOptions {
    @Option(
            names = "--trusted-proxy",
            paramLabel = "NETWORK",
            description = {
                "ADDRESS or ADDRESS/BITS of something in front of the hub whose X-Forwarded-For, or Forwarded, is",
                "believed. To be given for each; needs --behind-proxy."
            })
    private List<String> proxies = new ArrayList<>();

    @Option(
            names = "--requests-per-account",
            paramLabel = "RATE",
            description = "Requests of one account in a second, in the mean; ${DEFAULT-VALUE}. 0 for no limit.")
    private int perAccount = Limits.USUAL.requestsPerAccount();

    @Option(
            names = "--requests-per-address",
            paramLabel = "RATE",
            description = "Requests from one address in a second, in the mean; ${DEFAULT-VALUE}. 0 for no limit.")
    private int perAddress = Limits.USUAL.requestsPerAddress();

    @Option(
            names = "--uploads-per-account",
            paramLabel = "NUMBER",
            description = "Uploads of one account at once; ${DEFAULT-VALUE}.")
    private int uploadsPerAccount = Limits.USUAL.uploadsPerAccount();

    @Option(
            names = "--uploads",
            paramLabel = "NUMBER",
            description = "Uploads of all at once; ${DEFAULT-VALUE}. Each takes up to 64 MiB in the hub's directory.")
    private int uploads = Limits.USUAL.uploads();

    /** Errs on the first thing that cannot be. */
    void check(boolean behindProxy) throws CommandException {
        limits();
        if (!proxies().isEmpty() && !behindProxy) {
            throw new CommandException("--trusted-proxy is for a hub that is given --behind-proxy");
        }
    }

    Limits limits() throws CommandException {
        try {
            return new Limits(perAccount, perAddress, uploadsPerAccount, uploads);
        } catch (IllegalArgumentException e) {
            throw new CommandException(
                    "--requests-per-account, --requests-per-address, --uploads-per-account, --uploads: "
                            + e.getMessage());
        }
    }

    List<Network> proxies() throws CommandException {
        List<Network> networks = new ArrayList<>();
        for (String text : proxies) {
            try {
                networks.add(Network.parse(text));
            } catch (IllegalArgumentException e) {
                throw new CommandException("--trusted-proxy: " + e.getMessage());
            }
        }
        return networks;
    }
}
