# The plugin's root file system, built where base images can be pulled, by the same script as everywhere else.
#
#   docker build --output target/from-image .                        # BuildKit
#   docker plugin create flockerj target/from-image/plugin
#
# Without BuildKit:
#
#   docker build -t flockerj-rootfs . && id=$(docker create flockerj-rootfs none)
#   mkdir -p target/from-image && docker export "$id" | tar -x -C target/from-image plugin
#   docker rm "$id" && docker plugin create flockerj target/from-image/plugin

ARG DEBIAN=debian:bookworm
ARG JDK=eclipse-temurin:25-jdk

FROM ${JDK} AS jdk

FROM ${DEBIAN} AS build
RUN apt-get update && apt-get install -y --no-install-recommends btrfs-progs maven && rm -rf /var/lib/apt/lists/*
COPY --from=jdk /opt/java/openjdk /usr/lib/jvm/jdk-25
ENV JAVA_HOME=/usr/lib/jvm/jdk-25
WORKDIR /source
COPY . .
RUN ./rootfs-build.sh /plugin

FROM scratch
COPY --from=build /plugin /plugin
