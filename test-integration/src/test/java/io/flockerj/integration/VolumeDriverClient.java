package io.flockerj.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * An engine's side of the VolumeDriver protocol, on one connection that is kept. One caller at a time.
 *
 * <p>A call that the daemon refuses throws {@link Refused}; one whose answer never comes, since the connection ends,
 * {@link IOException}.
 */
public final class VolumeDriverClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SocketChannel channel;
    private final InputStream input;

    /** Connects to a daemon that listens. */
    public VolumeDriverClient(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        input = new BufferedInputStream(Channels.newInputStream(channel));
    }

    /** The daemon's "no", in its own words. */
    public static final class Refused extends IOException {
        private Refused(String call, int status, String message) {
            super(call + " was refused with " + status + ": " + message);
        }
    }

    public void create(String name, Map<String, String> options) throws IOException {
        ObjectNode body = named(name);
        options.forEach(body.putObject("Opts")::put);
        call("Create", body);
    }

    public void remove(String name) throws IOException {
        call("Remove", named(name));
    }

    /** Answers with where the volume is mounted. */
    public Path mount(String name, String id) throws IOException {
        return Path.of(
                call("Mount", named(name).put("ID", id)).required("Mountpoint").asText());
    }

    public void unmount(String name, String id) throws IOException {
        call("Unmount", named(name).put("ID", id));
    }

    /** Answers with the volume: {@code Name}, {@code Status} and so on. */
    public JsonNode get(String name) throws IOException {
        return call("Get", named(name)).required("Volume");
    }

    /** The names of all volumes. */
    public List<String> list() throws IOException {
        return StreamSupport.stream(
                        call("List", JSON.createObjectNode())
                                .required("Volumes")
                                .spliterator(),
                        false)
                .map(volume -> volume.required("Name").asText())
                .toList();
    }

    public JsonNode capabilities() throws IOException {
        return call("Capabilities", JSON.createObjectNode()).required("Capabilities");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static ObjectNode named(String name) {
        return JSON.createObjectNode().put("Name", name);
    }

    private JsonNode call(String method, ObjectNode body) throws IOException {
        byte[] content = JSON.writeValueAsBytes(body);
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes("POST /VolumeDriver.%s HTTP/1.1\r\nHost: \r\nContent-Length: %d\r\n\r\n"
                .formatted(method, content.length)
                .getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(content);
        ByteBuffer bytes = ByteBuffer.wrap(request.toByteArray());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        return answer(method);
    }

    private JsonNode answer(String method) throws IOException {
        int status = Integer.parseInt(line(method).split(" ", 3)[1]);
        int length = 0;
        for (String header = line(method); !header.isEmpty(); header = line(method)) {
            String[] field = header.toLowerCase(Locale.ROOT).split(":", 2);
            if (field[0].equals("content-length")) {
                length = Integer.parseInt(field[1].strip());
            }
        }
        JsonNode answer = JSON.readTree(input.readNBytes(length));
        if (status != 200) {
            throw new Refused(method, status, answer.path("Err").asText());
        }
        return answer;
    }

    private String line(String method) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = input.read(); b != '\n'; b = input.read()) {
            if (b < 0) {
                throw new EOFException(method + " was not answered: the daemon closed the connection");
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.US_ASCII);
    }
}
