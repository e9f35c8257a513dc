# node for the web build: the system's where it is new enough (20.19), else one of our own that tools/npm prefers.

# node_is_current: whether the system's node can build the web application.
node_is_current() {
    node --version 2>/dev/null | awk -F '[v.]' '{ exit !($2 > 20 || ($2 == 20 && $3 >= 19)) }'
}

# node_install: fills .deps/node with node and npm where the system's are too old.
node_install() {
    runtime=node-$(uname -m)
    if pins_are_current .deps/node "$runtime" npm || node_is_current; then
        return
    fi
    new=$(folder_begin node)
    mkdir -p "$new/bin" "$new/lib/npm"
    archive_unpack "$runtime" "$new" package/
    archive_unpack npm "$new/lib/npm" package/
    cat "$new/lib/npm/.pins" >>"$new/.pins"
    ln -s ../lib/npm/bin/npm-cli.js "$new/bin/npm"
    folder_finish "$new" node
}
