# Files from the npm registry, unpacked into .deps: fetched by name and version, used only when the digest matches.

# pin_of KEY: its line in the table of pins.
pin_of() {
    awk -v key="$1" '$1 == key' tools/setup.d/pins
}

# pins_are_current FOLDER KEY...: whether the folder was filled from exactly these pins.
pins_are_current() {
    pinned_folder=$1
    shift
    [ -f "$pinned_folder/.pins" ] &&
        [ "$(cat "$pinned_folder/.pins")" = "$(for key in "$@"; do pin_of "$key"; done)" ]
}

# archive_fetch KEY FOLDER: FOLDER/archive.tgz, verified against the pin, which is noted in FOLDER/.pins.
archive_fetch() {
    pin=$(pin_of "$1")
    [ -n "$pin" ] || fail "no version of ${1%-*} is pinned for this processor ($(uname -m))"
    read -r _ package version digest <<PIN
$pin
PIN
    say "fetching $package $version"
    (cd "$2" && npm pack "$package@$version" >npm.log 2>&1) || {
        grep -i err "$2/npm.log" | head -5 >&2
        fail "npm could not fetch $package@$version"
    }
    rm "$2/npm.log"
    mv "$2"/*-"$version".tgz "$2/archive.tgz"
    echo "$digest  $2/archive.tgz" | sha512sum --check --status ||
        fail "$package@$version does not have the pinned SHA-512"
    echo "$pin" >>"$2/.pins"
}

# archive_unpack KEY FOLDER MEMBER...: puts files of the archive, or what a folder (ending in /) holds, into FOLDER.
archive_unpack() {
    archive_fetch "$1" "$2"
    archive=$2/archive.tgz target=$2
    shift 2
    for member in "$@"; do
        depth=$(printf '%s' "$member" | tr -cd / | wc -c)
        tar -xzf "$archive" -C "$target" --no-same-owner --strip-components="$depth" "${member%/}"
    done
    rm "$archive"
}

# folder_begin NAME: a new folder to fill; folder_finish puts it in place of .deps/NAME in one step. What an earlier
# try left behind goes.
folder_begin() {
    mkdir -p .deps
    rm -rf ".deps/$1".??????
    mktemp -d ".deps/$1.XXXXXX"
}

folder_finish() {
    chmod 755 "$1"
    rm -rf ".deps/$2"
    mv "$1" ".deps/$2"
}
