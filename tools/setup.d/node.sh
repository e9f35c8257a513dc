# node for the web build: the system's where it is new enough, else one of our own that nothing but the web build uses.

# node_is_current: whether the system's node can build the web application.
node_is_current() {
    command -v node >/dev/null && command -v npm >/dev/null && node -e '
        const [major, minor] = process.versions.node.split(".").map(Number);
        process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)'
}

# node_install: fills .deps/node with node and npm where the system's are too old; tools/web prefers them.
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
