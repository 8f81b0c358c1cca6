package io.flockerj.plugin.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/** Netty's decoder of requests, which also tells whether it is in the middle of one. */
final class RequestDecoder extends HttpRequestDecoder {
    private boolean midRequest;

    RequestDecoder(Limits limits) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.lineBytes())
                .setMaxHeaderSize(limits.headerBytes())
                .setMaxChunkSize(limits.readBytes()));
    }

    /** Whether the first byte of a request has been seen and its last has not. Line ends between requests do not begin one. */
    boolean midRequest() {
        return midRequest;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (!midRequest) {
            midRequest = in.forEachByte(b -> b == ' ' || Character.isISOControl(b)) >= 0;
        }
        int before = out.size();
        super.decode(context, in, out);
        if (out.size() > before && out.get(out.size() - 1) instanceof LastHttpContent) {
            midRequest = false;
        }
    }
}
