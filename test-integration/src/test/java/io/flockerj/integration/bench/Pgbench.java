package io.flockerj.integration.bench;

import io.flockerj.integration.sandbox.Commands;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;

/**
 * pgbench on PostgreSQL as it comes, on a cluster made for the occasion; scale 10, four clients. Its user may not come by where the places
 * are, and is given another way.
 */
final class Pgbench {
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private Pgbench() {}

    /**
     * Makes a cluster in a directory, and removes it in the end.
     *
     * @param measured what is run there, by a shell that knows {@code $pgbench}, the call up to further options, {@code $as}, which makes
     *     it one of PostgreSQL's user, and {@code $psql}
     * @return what was printed
     */
    static String run(Path place, String measured) throws IOException {
        String script = """
                set -eu
                bin=$(echo /usr/lib/postgresql/*/bin)
                place=$(mktemp -d); trap 'umount $place; rmdir $place' EXIT
                mount --bind %s $place; chmod 711 $place
                data=$place/pg
                mkdir $data; chown postgres $data
                as="setpriv --reuid=postgres --regid=postgres --clear-groups"
                pgbench="$bin/pgbench -h $data -c 4 -j 2"; psql="$bin/psql -q -h $data"
                $as $bin/initdb -D $data -A trust >/dev/null
                $as $bin/pg_ctl -D $data -w -l $data/log -o "-c listen_addresses= -c unix_socket_directories=$data" start >/dev/null
                $as $bin/createdb -h $data bench
                $as $bin/pgbench -h $data -i -q -s 10 bench >/dev/null 2>&1
                %s
                $as $bin/pg_ctl -D $data -m fast stop >/dev/null
                rm -rf $data
                """.formatted(place, measured);
        return Commands.here()
                .run(PATIENCE, InputStream.nullInputStream(), "sh", "-c", script)
                .ok();
    }
}
