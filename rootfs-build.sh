#!/usr/bin/env bash
# Makes the managed plugin's directory (config.json, rootfs) or the host mode directory. No image registry is needed.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly HERE
readonly MAIN_JAR=$HERE/plugin/target/flockerj.jar
readonly LIBRARIES=$HERE/plugin/target/lib
readonly HOME_IN_PLUGIN=/opt/flockerj
readonly DEFAULT_NAME=flockerj:latest
readonly JAVA_AT_LEAST=25
readonly MAX_MEGABYTES=160
# Every file gets this time: the AOT cache remembers the jars' times, and a tar archive keeps whole seconds only.
readonly EPOCH=${SOURCE_DATE_EPOCH:-1767225600}
# Modules that third-party jars name but that nothing of ours uses; the jars do without.
# java.desktop, java.sql: Jackson's support for beans annotations and SQL dates.
# java.naming, java.management, jdk.jfr: Netty's TLS host names, memory statistics and flight recorder events.
readonly OPTIONAL_MODULES=' java.desktop java.sql java.naming java.management jdk.jfr '

usage() {
    cat <<USAGE
Usage: ./rootfs-build.sh [DIR] [--create [NAME]]
       ./rootfs-build.sh --host [DIR]

Makes a plugin directory (config.json and rootfs) in DIR, by default target/plugin, from this source tree, with the JDK,
the C library and the mkfs.btrfs of this machine. Builds the jars with Maven first if they are missing or out of date.
What is up to date is left as it is.

  --create [NAME]  also create the plugin in the engine that 'docker' reaches; NAME is $DEFAULT_NAME by default.
                   Enable it with: docker plugin enable NAME
  --host           make the host mode directory instead, by default target/flockerj: the same daemon, to be run by
                   systemd or by hand (docs/host-mode.md)
  --help           this text

Needs: a JDK $JAVA_AT_LEAST or newer (JAVA_HOME, or in /usr/lib/jvm), Maven if the jars have to be built, btrfs-progs for
the plugin directory, docker for --create.
USAGE
}

say() { printf '%s\n' "rootfs-build: $*" >&2; }

die() {
    say "$*"
    exit 1
}

parse_arguments() {
    form=plugin create='' directory=''
    while (($#)); do
        case $1 in
            --help | -h) usage && exit 0 ;;
            --host) form=host ;;
            --create=*) create=${1#*=} ;;
            --create)
                create=$DEFAULT_NAME
                if [[ ${2:--} != -* ]]; then create=$2 && shift; fi
                ;;
            -*) die "unknown option $1; see ./rootfs-build.sh --help" ;;
            *)
                [[ -z $directory ]] || die "one directory at a time: $directory or $1?"
                directory=$1
                ;;
        esac
        shift
    done
    [[ $form == plugin || -z $create ]] || die "--create goes with the plugin, not with --host"
    if [[ -z $directory ]]; then
        directory=$HERE/target/$([[ $form == plugin ]] && echo plugin || echo flockerj)
    fi
    directory=$(realpath -m -- "$directory")
}

# --- the JDK ------------------------------------------------------------------------------------------------------

java_version() { sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null || true; }

is_suitable_jdk() {
    local version
    version=$(java_version "$1")
    [[ -n $version && $version -ge $JAVA_AT_LEAST && -x $1/bin/jlink && -x $1/bin/jdeps ]]
}

find_jdk() {
    local candidate
    for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
        if [[ -n $candidate ]] && is_suitable_jdk "$candidate"; then
            jdk=$candidate
            return
        fi
    done
    die "no JDK $JAVA_AT_LEAST or newer found: JAVA_HOME is '${JAVA_HOME:-}', /usr/lib/jvm holds:" \
        "$(find /usr/lib/jvm -mindepth 1 -maxdepth 1 -printf '%f ' 2>/dev/null)." \
        "Unpack one (for example Eclipse Temurin $JAVA_AT_LEAST) into /usr/lib/jvm, or set JAVA_HOME."
}

# --- the jars -----------------------------------------------------------------------------------------------------

jars_are_current() {
    [[ -f $MAIN_JAR && -d $LIBRARIES ]] || return 1
    local newer
    newer=$(find "$HERE/pom.xml" "$HERE"/{store,plugin}/pom.xml "$HERE"/{store,plugin}/src/main -newer "$MAIN_JAR" -print -quit)
    [[ -z $newer ]]
}

build_jars() {
    if jars_are_current; then return; fi
    command -v mvn >/dev/null || die "the jars have to be built, and there is no Maven: apt-get install maven"
    say "building the jars with Maven"
    (cd "$HERE" && mvn -q -Dmaven.test.skip=true -pl plugin -am package) || die "Maven failed; its messages are above"
    [[ -f $MAIN_JAR ]] || die "Maven left no $MAIN_JAR"
    touch "$MAIN_JAR" # Maven leaves an unchanged jar alone, which would look out of date for ever
}

# --- what goes in, and whether it changed -------------------------------------------------------------------------

inputs() {
    find "$MAIN_JAR" "$LIBRARIES" "$HERE/packaging" "$HERE/config.json" "$HERE/rootfs-build.sh" "$jdk/release" \
        -type f -print0 | sort -z | xargs -0 sha256sum
    if [[ $form == plugin ]]; then sha256sum "$mkfs" "$(realpath /lib*/ld-linux*.so.* | head -1)"; fi
    echo "$form $EPOCH"
}

is_up_to_date() { [[ -f $directory/inputs.sha256 && $(<"$directory/inputs.sha256") == "$digest" ]]; }

# --- the pieces ---------------------------------------------------------------------------------------------------

# The modules that our jar names, and those of its libraries that are not optional.
needed_modules() {
    "$jdk/bin/jdeps" --ignore-missing-deps --multi-release "$JAVA_AT_LEAST" -s "$MAIN_JAR" "$LIBRARIES"/*.jar 2>/dev/null |
        awk -v optional="$OPTIONAL_MODULES" '
            $3 !~ /^(java|jdk)\./ { next }
            $1 == "flockerj.jar" || index(optional, " " $3 " ") == 0 { print $3 }' |
        sort -u | paste -sd,
}

link_runtime() {
    local modules
    modules=$(needed_modules)
    [[ $modules == *java.base* ]] || die "jdeps found no modules in $MAIN_JAR"
    say "linking a Java runtime of $modules"
    # --strip-debug would also want objcopy, for symbols that a release JDK does not have.
    "$jdk/bin/jlink" --add-modules "$modules" --strip-java-debug-attributes --no-header-files --no-man-pages \
        --compress=zip-6 --output "$1/runtime" || die "jlink of $jdk failed; its message is above"
}

install_application() {
    cp "$MAIN_JAR" "$HERE/packaging/java.options" "$1/"
    cp -r "$LIBRARIES" "$1/lib"
    find "$1" -exec touch --no-dereference --date="@$EPOCH" {} +
}

# --- the AOT cache ------------------------------------------------------------------------------------------------

java_of() { env -i PATH="$PATH" "$1/runtime/bin/java" "@$1/java.options" "${@:2}"; }

# Runs the daemon in a mount namespace of its own where that is allowed, so that nothing it mounts stays.
start_trainee() {
    local home=$1 work=$2 alone=()
    if unshare --mount true 2>/dev/null; then alone=(unshare --mount --propagation private); fi
    exec env -i PATH="$PATH" "${alone[@]}" "$home/runtime/bin/java" "@$home/java.options" \
        -XX:AOTMode=record -XX:AOTConfiguration="$work/training.aotconf" -jar "$home/flockerj.jar" \
        --host-root=/ --state="$work/state" --pool="plain:$work/pool" --socket="$work/socket" --control="$work/control" \
        --mounts="$work/mounts" --run="$work/run" >"$work/log" 2>&1
}

record_training() {
    local home=$1 work=$2 trainee engine
    mkdir -p "$work/pool"
    start_trainee "$home" "$work" &
    trainee=$!
    "$jdk/bin/java" "$HERE/packaging/Training.java" "$work/socket" &
    engine=$!
    # The engine should be the first to end, and be content.
    if ! wait -n "$trainee" "$engine" || ! kill "$trainee" 2>/dev/null; then
        kill "$trainee" "$engine" 2>/dev/null || true
        cat "$work/log" >&2
        die "the daemon did not do its training; its log is above"
    fi
    wait "$trainee" || true # 143: ended by the signal, as it should
    [[ -s $work/training.aotconf ]] || { cat "$work/log" >&2 && die "the training recorded nothing; its log is above"; }
}

train() {
    local home=$1 work=$scratch/training
    say "training the daemon for its AOT cache"
    record_training "$home" "$work"
    java_of "$home" -XX:AOTMode=create -XX:AOTConfiguration="$work/training.aotconf" \
        -XX:AOTCache="$home/flockerj.aot" -jar "$home/flockerj.jar" >"$work/create.log" 2>&1 ||
        { cat "$work/create.log" >&2 && die "the AOT cache could not be made; the reason is above"; }
    touch --date="@$EPOCH" "$home/flockerj.aot"
}

# --- the root file system -----------------------------------------------------------------------------------------

# The shared libraries of the given programs, and the loader, as absolute paths.
libraries_of() {
    ldd "$@" 2>/dev/null | awk '
        $2 == "=>" && $3 ~ /^\// { print $3 }
        $1 ~ /^\// && $2 ~ /^\(0x/ { print $1 }' | sort -u
}

install_libraries() {
    local root=$1 library objects
    mapfile -t objects < <(find "$root$HOME_IN_PLUGIN/runtime" -type f \( -name '*.so' -o -path '*/bin/java' \))
    while read -r library; do
        [[ $library == "$root"/* ]] || install -D -m 755 "$(realpath "$library")" "$root$library"
    done < <(libraries_of "${objects[@]}" "$mkfs")
}

make_skeleton() {
    local root=$1
    mkdir -p "$root"/{dev,etc,host,mnt/flockerj,proc,run/docker/plugins,run/flockerj,sys,tmp,usr/sbin}
    chmod 1777 "$root/tmp"
    echo 'root:x:0:0:root:/:/nonexistent' >"$root/etc/passwd"
    echo 'root:x:0:' >"$root/etc/group"
    printf '%s\n' 'passwd: files' 'group: files' 'hosts: files dns' >"$root/etc/nsswitch.conf"
}

install_tools() {
    install -D -m 755 "$mkfs" "$1/usr/sbin/mkfs.btrfs"
    install_libraries "$1"
}

find_mkfs() {
    mkfs=$(PATH=$PATH:/usr/sbin:/sbin command -v mkfs.btrfs) || die "mkfs.btrfs is missing: apt-get install btrfs-progs"
}

# Proves, where this machine lets us, that what the root file system holds is enough to run.
try_root() {
    local root=$1
    if ! unshare --mount --pid --fork true 2>/dev/null; then
        say "not tried out: that takes root and namespaces"
        return
    fi
    # shellcheck disable=SC2016 # the inner shell's parameters
    unshare --mount --pid --fork --propagation private bash -euc '
        mount -t proc proc "$1/proc"
        chroot "$1" "$2/runtime/bin/java" "@$2/java.options" -XX:AOTMode=on -XX:AOTCache="$2/flockerj.aot" \
            -cp "$2/flockerj.jar" -version
        chroot "$1" /usr/sbin/mkfs.btrfs --version' - "$root" "$HOME_IN_PLUGIN" >"$scratch/try.log" 2>&1 ||
        { cat "$scratch/try.log" >&2 && die "the root file system does not run; the reason is above"; }
}

check_size() {
    local megabytes
    megabytes=$(du -sm "$1" | cut -f1)
    say "$1 takes $megabytes MB"
    ((megabytes <= MAX_MEGABYTES)) || die "more than the $MAX_MEGABYTES MB that the design allows"
}

# --- the two forms ------------------------------------------------------------------------------------------------

assemble_plugin() {
    local root=$1/rootfs
    make_skeleton "$root"
    mkdir -p "$root$HOME_IN_PLUGIN"
    link_runtime "$root$HOME_IN_PLUGIN"
    install_tools "$root"
    install_application "$root$HOME_IN_PLUGIN"
    train "$root$HOME_IN_PLUGIN"
    try_root "$root"
    cp "$HERE/config.json" "$1/"
    find "$1" -exec touch --no-dereference --date="@$EPOCH" {} +
    check_size "$root"
}

assemble_host() {
    link_runtime "$1"
    install_application "$1"
    train "$1"
    install -D -m 755 "$HERE/packaging/flockerj" "$1/bin/flockerj"
    cp "$HERE/packaging/flockerj.service" "$1/"
    check_size "$1"
}

refuse_foreign_directory() {
    [[ ! -e $directory || -f $directory/inputs.sha256 || -z $(ls -A "$directory") ]] ||
        die "$directory holds something that this script did not make; name another directory, or remove it"
}

assemble() {
    local partial=$directory.partial
    refuse_foreign_directory
    rm -rf "$partial"
    mkdir -p "$partial"
    "assemble_$form" "$partial"
    echo "$digest" >"$partial/inputs.sha256"
    rm -rf "$directory"
    mv "$partial" "$directory"
    say "made $directory"
}

create_plugin() {
    command -v docker >/dev/null || die "--create needs the docker command: apt-get install docker.io"
    docker version >/dev/null 2>&1 || die "no engine answers at ${DOCKER_HOST:-the default socket}; start one, or set DOCKER_HOST"
    ! docker plugin inspect "$create" >/dev/null 2>&1 ||
        die "the engine has a plugin $create already; remove it with 'docker plugin rm -f $create' (volumes are kept)," \
            "or give another name"
    docker plugin create "$create" "$directory" >/dev/null
    say "created $create; enable it with: docker plugin enable $create"
}

main() {
    parse_arguments "$@"
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch" "$directory.partial"' EXIT
    find_jdk
    if [[ $form == plugin ]]; then find_mkfs; fi
    build_jars
    digest=$(inputs | sha256sum | cut -d' ' -f1)
    if is_up_to_date; then say "$directory is up to date"; else assemble; fi
    if [[ -n $create ]]; then create_plugin; fi
}

main "$@"
