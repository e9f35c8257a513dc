# Packages of the operating system: found by what they provide, installed by apt, only named on any other system.

# packages_install STAGES: makes sure of every package that these stages want.
packages_install() {
    missing='' missing_optional=''
    while read -r stage package probe optional; do
        case " $1 " in *" $stage "*) ;; *) continue ;; esac
        if provided "$probe"; then
            continue
        elif [ -n "$optional" ]; then
            missing_optional="$missing_optional $package"
        else
            missing="$missing $package"
        fi
    done <tools/setup.d/packages
    if [ -n "$missing$missing_optional" ]; then
        packages_add
    fi
}

# provided PROBE: whether what a package is wanted for is there.
provided() {
    case $1 in
        cmd:*) command -v "${1#cmd:}" >/dev/null ;;
        lib:*) pkg-config --exists "${1#lib:}" 2>/dev/null ;;
        file:*) for file in ${1#file:}; do [ -e "$file" ] && return; done; return 1 ;;
        *) return 1 ;;
    esac
}

packages_add() {
    if ! system_is_debian; then
        [ -z "$missing_optional" ] || say "going on without:$missing_optional"
        [ -z "$missing" ] || fail "this system is not Debian or Ubuntu; please install what these packages hold:$missing"
    elif [ "$(system_name)" != debian ]; then
        # Ubuntu's Chromium is no package but a snap.
        [ -z "$missing_optional" ] || say "going on without:$missing_optional"
        [ -z "$missing" ] || packages_add_by_apt "$missing"
    else
        packages_add_by_apt "$missing$missing_optional"
    fi
}

system_name() {
    (. /etc/os-release && echo "$ID")
}

system_is_debian() {
    command -v apt-get >/dev/null && (. /etc/os-release && case " $ID ${ID_LIKE-} " in *" debian "*) ;; *) exit 1 ;; esac)
}

packages_add_by_apt() {
    as_root=''
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || fail "please install as root: apt-get install$1"
        as_root=sudo
    fi
    say "installing with ${as_root:+sudo }apt-get:$1"
    mkdir -p .deps
    {
        $as_root apt-get -q update
        # shellcheck disable=SC2086 # the list of names is meant to split
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends \
            -o DPkg::Lock::Timeout=300 install $1
    } >.deps/apt.log 2>&1 </dev/null || {
        tail -20 .deps/apt.log >&2
        fail "apt-get did not succeed; all it said is in .deps/apt.log"
    }
}
