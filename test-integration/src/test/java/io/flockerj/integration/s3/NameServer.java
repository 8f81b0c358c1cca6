package io.flockerj.integration.s3;

import io.flockerj.integration.sandbox.Sandbox;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Says of every name that it is this host, as RFC 1035 wants it: so a sandbox has a name server like other hosts. */
public final class NameServer {
    private static final int PORT = 53;
    private static final int HEADER = 12;
    private static final int ADDRESS = 1;
    private static final int LIFE = 60;

    private NameServer() {}

    /** Starts one in a sandbox, and has everything there ask it that is started from now on. */
    public static void startIn(Sandbox sandbox) throws IOException {
        Path resolver = Files.writeString(sandbox.directory().resolve("resolv.conf"), "nameserver 127.0.0.1\n");
        sandbox.inside()
                .run("mount", "--bind", resolver.toString(), "/etc/resolv.conf")
                .ok();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = NameServer.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        sandbox.start(
                sandbox.directory().resolve("names.log"),
                sandbox.inside().builder(java, "-cp", classes, NameServer.class.getName()));
    }

    public static void main(String[] arguments) throws IOException {
        try (DatagramSocket socket =
                new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT))) {
            byte[] buffer = new byte[512];
            while (true) {
                DatagramPacket question = new DatagramPacket(buffer, buffer.length);
                socket.receive(question);
                byte[] answer = answer(Arrays.copyOf(buffer, question.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
            }
        }
    }

    /** To one question: the address, if it is that which was asked for. */
    private static byte[] answer(byte[] packet) {
        int end = HEADER;
        while (packet[end] != 0) {
            end += packet[end] + 1;
        }
        end += 1;
        boolean hasAnswer = ByteBuffer.wrap(packet).getShort(end) == ADDRESS;
        ByteBuffer answer = ByteBuffer.allocate(packet.length + 32);
        answer.put(packet, 0, 2).putShort((short) 0x8180).putShort((short) 1);
        answer.putShort((short) (hasAnswer ? 1 : 0)).putInt(0).put(packet, HEADER, end + 4 - HEADER);
        if (hasAnswer) {
            answer.putShort((short) 0xc00c)
                    .putShort((short) ADDRESS)
                    .putShort((short) 1)
                    .putInt(LIFE);
            answer.putShort((short) 4).put(InetAddress.getLoopbackAddress().getAddress());
        }
        return Arrays.copyOf(answer.array(), answer.position());
    }
}
