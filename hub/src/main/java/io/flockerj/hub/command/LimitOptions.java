package io.flockerj.hub.command;

import io.flockerj.hub.limit.Limits;
import io.flockerj.hub.limit.Network;
import java.time.Duration;
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

    @Option(
            names = "--connections-per-address",
            paramLabel = "NUMBER",
            description = {
                "Open connections from one address; ${DEFAULT-VALUE}. 0 for no limit. Those of a --trusted-proxy are not",
                "counted, and none with --behind-proxy if no --trusted-proxy is named."
            })
    private int connectionsPerAddress = Limits.USUAL.connectionsPerAddress();

    @Option(
            names = "--tls-handshake",
            paramLabel = "SECONDS",
            description = "How long a connection may take for the handshake of TLS; ${DEFAULT-VALUE}.")
    private int handshake = (int) Limits.USUAL.handshake().toSeconds();

    /** Errs on the first thing that cannot be. */
    void check(boolean behindProxy) throws CommandException {
        limits(behindProxy);
        if (!proxies().isEmpty() && !behindProxy) {
            throw new CommandException("--trusted-proxy is for a hub that is given --behind-proxy");
        }
    }

    Limits limits(boolean behindProxy) throws CommandException {
        // A proxy that nobody has named would be taken for one caller.
        boolean isCounted = !behindProxy || !proxies.isEmpty();
        try {
            return new Limits(
                    perAccount,
                    perAddress,
                    uploadsPerAccount,
                    uploads,
                    isCounted ? connectionsPerAddress : 0,
                    Duration.ofSeconds(handshake));
        } catch (IllegalArgumentException e) {
            throw new CommandException(
                    "--requests-per-account, --requests-per-address, --uploads-per-account, --uploads,"
                            + " --connections-per-address, --tls-handshake: " + e.getMessage());
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
