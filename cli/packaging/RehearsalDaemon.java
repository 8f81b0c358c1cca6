import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Answers fli while the AOT cache is trained, from a directory of made-up answers: {@code GET /v1/volumes?…} with
 * {@code volumes.json}. Started from its source by cli/package: {@code java RehearsalDaemon.java SOCKET ANSWERS}.
 */
final class RehearsalDaemon {
    private RehearsalDaemon() {}

    public static void main(String[] arguments) throws IOException {
        Path answers = Path.of(arguments[1]);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(arguments[0]));
            while (true) {
                try (SocketChannel client = server.accept()) {
                    answer(client, answers);
                }
            }
        }
    }

    /** A request without a body comes in one piece, and the rehearsal sends no others. */
    private static void answer(SocketChannel client, Path answers) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        client.read(buffer);
        String request = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
        String path = request.split("[ ?]", 4)[1];
        Path file = answers.resolve(path.substring(path.lastIndexOf('/') + 1) + ".json");
        byte[] body = Files.exists(file)
                ? Files.readAllBytes(file)
                : "{\"error\":{\"code\":\"no-such-volume\",\"message\":\"no\"}}".getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + (Files.exists(file) ? "200 OK" : "404 Not Found")
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n";
        client.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
        client.write(ByteBuffer.wrap(body));
    }
}
