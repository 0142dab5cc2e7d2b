# shellcheck shell=bash
# What the scripts share: where the project is, its packages, configure and build. Sourced, never run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }

# die STATUS MESSAGE...
die() {
  local status=$1
  shift
  say "$@"
  exit "$status"
}

# The packages of the named group and of those above it in packages.txt, one a line.
packages_of() {
  local wanted=$1 group package _ seen=
  while read -r group package _; do
    case $group in
      '' | '#'*) continue ;;
    esac
    # Groups stand in the file in the order in which they need each other.
    if [[ $seen == "$wanted" && $group != "$wanted" ]]; then break; fi
    seen=$group
    printf '%s\n' "$package"
  done <"$root/scripts/packages.txt"
}

# Those of the group that are not installed, one a line. A tenth of a second when nothing is missing.
missing_packages() {
  local -a wanted
  mapfile -t wanted < <(packages_of "$1")
  # dpkg-query fails when it does not know a package; its list is still complete for the others.
  # shellcheck disable=SC2016  # the format is dpkg-query's, not the shell's
  comm -13 \
    <(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null |
      sed -n 's/^installed //p' | sort -u) \
    <(printf '%s\n' "${wanted[@]}" | sort -u)
}

# Installs what the group lacks. Ends with 2 where it may not.
ensure_packages() {
  local group=$1
  [[ ${RAFTARIUM_SKIP_SETUP:-} ]] && return 0
  if ! command -v dpkg-query >/dev/null; then
    say "This is not Debian: please see to the packages of scripts/packages.txt yourself."
    return 0
  fi
  local -a missing
  mapfile -t missing < <(missing_packages "$group")
  ((${#missing[@]} == 0)) && return 0

  local -a as_root=()
  if [[ $EUID != 0 ]]; then
    # Ask for a password only where somebody can type one.
    if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [[ -t 0 ]]; }; then
      as_root=(sudo)
    else
      say "These packages are missing, and only root may install them:"
      say "  apt-get install --no-install-recommends ${missing[*]}"
      die 2 "Then start this again."
    fi
  fi
  say "Installing ${#missing[@]} packages: ${missing[*]}"
  # With package lists that are older than the mirror the first try fails; the second has fresh ones.
  if ! compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null || ! apt_install "${missing[@]}"; then
    "${as_root[@]}" apt-get update -q >&2 || die 2 "apt-get update failed; is there a network?"
    apt_install "${missing[@]}" ||
      die 2 "apt-get could not install: ${missing[*]} (Debian 12 has them all)"
  fi
}

# Uses as_root of ensure_packages.
apt_install() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends "$@" >&2
}

# How many compilers at once: one a core, and about 1 GB of memory each.
job_count() {
  local cores memory_gb
  cores=$(nproc)
  memory_gb=$(awk '/^MemAvailable/ {print int($2 / 1000000)}' /proc/meminfo 2>/dev/null || echo 4)
  ((memory_gb < 1)) && memory_gb=1
  echo $((cores < memory_gb ? cores : memory_gb))
}

# configure PRESET: only where it is due; ninja itself notices changed CMakeLists.txt.
configure() {
  local preset=$1 dir=$root/build/$1
  if [[ -f $dir/CMakeCache.txt ]] &&
    ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$dir/CMakeCache.txt"; then
    # The folder was moved or copied; CMake would refuse.
    rm -rf "$dir/CMakeCache.txt" "$dir/CMakeFiles"
  fi
  if [[ ! -f $dir/build.ninja || $root/CMakePresets.json -nt $dir/build.ninja ]]; then
    (cd "$root" && cmake --preset "$preset") >&2
  fi
}

# build PRESET [TARGET...]
build() {
  local preset=$1
  shift
  configure "$preset"
  ninja -C "$root/build/$preset" -j "$(job_count)" "$@" >&2
}

# generate_headers: those that protoc and glad make, for tools that read sources without building.
# Leaves them in build/dev.
generate_headers() {
  configure dev
  local -a headers
  mapfile -t headers < <(ninja -C "$root/build/dev" -t targets all |
    sed -nE 's/^([^ :]*(\.pb|glad\/gl)\.h): .*/\1/p')
  ((${#headers[@]} == 0)) || ninja -C "$root/build/dev" "${headers[@]}" >&2
}
