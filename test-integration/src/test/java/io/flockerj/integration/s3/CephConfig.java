package io.flockerj.integration.s3;

import java.nio.file.Path;

/**
 * The configuration of a Ceph of one monitor, some OSDs in memory and a gateway, all on the loopback interface; the gateway on
 * others too, if it is told so.
 *
 * <p>Not what an operator would write: replicas share one host, nothing is signed inside, and what would be slow to start is made quick.
 * Names of settings are those of Ceph 16.
 *
 * @param listen the address on which the gateway listens
 */
record CephConfig(Path directory, int monitorPort, int gatewayPort, int tlsPort, String id, String listen) {
    static final int OSDS = 3;

    String text() {
        return """
                [global]
                fsid = %1$s
                mon host = v2:127.0.0.1:%2$d
                public addr = 127.0.0.1
                cluster addr = 127.0.0.1
                ms bind msgr1 = false
                ms bind ipv6 = false
                auth cluster required = none
                auth service required = none
                auth client required = none
                # Without this the gateway asks for keys that nobody has, for ever.
                ms mon client mode = crc
                keyring = %3$s/keyring
                run dir = %3$s
                crash dir = %3$s/crash
                log file = %3$s/$name.log
                admin socket =
                # All replicas are on this host; one may be missing.
                osd crush chooseleaf type = 0
                osd pool default size = %5$d
                osd pool default min size = 2
                osd pool default pg num = 4
                osd pool default pg autoscale mode = off
                mon max pg per osd = 1000

                [mon]
                mon data = %3$s/mon
                # By default a second, which each of the gateway's pools would wait for.
                paxos propose interval = 0.05
                paxos min wait = 0.01
                mon cluster log file = %3$s/cluster.log
                mon data avail warn = 2
                mon data avail crit = 1
                # One OSD may report that another, on the same host, hangs.
                mon osd reporter subtree level = osd
                mon osd min down reporters = 1
                mon osd adjust heartbeat grace = false

                [osd]
                osd data = %3$s/osd.$id
                osd objectstore = memstore
                memstore device bytes = 2147483648
                osd heartbeat interval = 1
                osd heartbeat grace = 6
                osd client watch timeout = 5
                osd op num shards = 2
                osd op num threads per shard = 2

                [client.rgw]
                rgw data = %3$s/rgw
                # Without tcp_nodelay each small answer waits 40 ms.
                rgw frontends = beast endpoint=%7$s:%4$d ssl_endpoint=%7$s:%6$d ssl_certificate=%3$s/tls.crt ssl_private_key=%3$s/tls.key tcp_nodelay=1
                rgw thread pool size = 64
                rgw dynamic resharding = false
                # What a bucket holds is looked up for its quota; by default ten minutes late.
                rgw bucket quota ttl = 0
                """.formatted(id, monitorPort, directory, gatewayPort, OSDS, tlsPort, listen);
    }
}
