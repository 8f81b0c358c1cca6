import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Talks to a daemon as an engine would, so that the classes it needs for its first calls are recorded in the AOT cache.
 * Started from its source by rootfs-build.sh: {@code java packaging/Training.java SOCKET}.
 */
final class Training {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern HEAD = Pattern.compile(
            "HTTP/1\\.1 (\\d{3}).*?content-length: *(\\d+).*?\r\n\r\n", Pattern.DOTALL | Pattern.CASE_INSENSITIVE);

    private final SocketChannel engine;

    private Training(SocketChannel engine) {
        this.engine = engine;
    }

    public static void main(String[] arguments) throws Exception {
        try (SocketChannel engine = connect(Path.of(arguments[0]))) {
            Training training = new Training(engine);
            training.lifeOfAVolume("plain", "{}");
            training.lifeOfAVolume("shaped", "{\"uid\":\"1000\",\"mode\":\"0750\"}");
            training.refusals();
        }
    }

    private static SocketChannel connect(Path socket) throws Exception {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (true) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(socket));
                return channel;
            } catch (IOException notYet) {
                channel.close();
                if (Instant.now().isAfter(deadline)) {
                    throw new IOException("nobody answers on " + socket + " after " + PATIENCE, notYet);
                }
                Thread.sleep(20); // tidy: between two looks at the condition, until a deadline
            }
        }
    }

    private void lifeOfAVolume(String name, String options) throws IOException {
        String named = "{\"Name\":\"" + name + "\"}";
        String mount = "{\"Name\":\"" + name + "\",\"ID\":\"training\"}";
        must("Plugin.Activate", "");
        must("VolumeDriver.Capabilities", "{}");
        call("VolumeDriver.Get", named);
        must("VolumeDriver.Create", "{\"Name\":\"" + name + "\",\"Opts\":" + options + "}");
        must("VolumeDriver.Get", named);
        must("VolumeDriver.List", "{}");
        call("VolumeDriver.Mount", mount); // succeeds for root only
        must("VolumeDriver.Get", named);
        must("VolumeDriver.Path", named);
        call("VolumeDriver.Unmount", mount);
        must("VolumeDriver.Remove", named);
    }

    private void refusals() throws IOException {
        call("VolumeDriver.Get", "{\"Name\":\"absent\"}");
        call("VolumeDriver.Mount", "{\"Name\":\"absent\",\"ID\":\"training\"}");
        call("VolumeDriver.Create", "{\"Name\":\"../absent\",\"Opts\":{\"colour\":\"blue\"}}");
    }

    private void must(String method, String body) throws IOException {
        int status = call(method, body);
        if (status != 200) {
            throw new IOException("training: " + method + " " + body + " was answered with " + status);
        }
    }

    private int call(String method, String body) throws IOException {
        byte[] payload = body.getBytes(StandardCharsets.UTF_8);
        String head = "POST /" + method + " HTTP/1.1\r\nHost: \r\nUser-Agent: Go-http-client/1.1\r\nContent-Length: "
                + payload.length + "\r\nAccept: application/vnd.docker.plugins.v1.2+json\r\n\r\n";
        engine.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
        engine.write(ByteBuffer.wrap(payload));
        return status();
    }

    private int status() throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        while (true) {
            Matcher head = HEAD.matcher(answer.toString(StandardCharsets.ISO_8859_1));
            if (head.find() && answer.size() >= head.end() + Integer.parseInt(head.group(2))) {
                return Integer.parseInt(head.group(1));
            }
            if (engine.read(buffer.clear()) < 0) {
                throw new IOException("the daemon closed the connection: " + answer);
            }
            answer.write(buffer.array(), 0, buffer.position());
        }
    }
}
