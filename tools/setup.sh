# Sourced by tools/run, tools/test and tools/bench: installs the Debian packages that are missing, and builds.
# Idempotent: with everything installed it costs one dpkg query.

say() { printf '%s\n' "$*" >&2; }

# ensure_packages LIST_FILE...: installs what is missing, or says in one line why it can't and what to type.
ensure_packages() {
  local wanted missing=() state
  wanted=$(grep -hv '^#' "$@")
  command -v dpkg-query >/dev/null || { say "error: this script installs Debian packages, and dpkg is not here. Install by hand:" $wanted; exit 1; }
  # dpkg-query fails as soon as one of them is unknown to it, which is the usual case on a fresh machine.
  # shellcheck disable=SC2086
  state=$({ dpkg-query -W -f '${binary:Package} ${db:Status-Status}\n' $wanted 2>/dev/null || true; } | sed 's/:[a-z0-9]* / /')
  for package in $wanted; do
    grep -qx "$package installed" <<<"$state" || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  say "Installing ${#missing[@]} Debian packages: ${missing[*]}"
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
      sudo=(sudo)
    else
      say "error: installing packages needs administrator rights. Ask an administrator to run:"
      say "  apt-get install ${missing[*]}"
      exit 1
    fi
  fi
  local log; log=$(mktemp)
  if ! { "${sudo[@]}" apt-get update && "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    say "error: the packages could not be installed (no network, or another installation is running?). The last lines of apt-get:"
    tail -n 5 "$log" >&2
    say "Try again later, or run: apt-get install ${missing[*]}"
    rm -f "$log"
    exit 1
  fi
  rm -f "$log"
}

# build_preset PRESET TESTS [TARGET...]: configures when that is needed and builds; the output is shown only when it
# fails. TESTS=OFF is enough for users, who do not have the test libraries; a build folder that has the tests keeps them.
build_preset() {
  local preset=$1 tests=$2 log; shift 2
  log=$(mktemp)
  if [ ! -f "build/$preset/build.ninja" ] || { [ "$tests" = ON ] && grep -q '^ZAITU_TESTS:BOOL=OFF' "build/$preset/CMakeCache.txt"; }; then
    say "Configuring ($preset)"
    cmake --preset "$preset" "-DZAITU_TESTS=$tests" >"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; say "error: cmake could not configure the build; its output is above"; exit 1; }
  fi
  say "Building ($preset)"
  local targets=()
  [ $# -gt 0 ] && targets=(--target "$@")
  cmake --build --preset "$preset" "${targets[@]}" >"$log" 2>&1 || { tail -n 60 "$log" >&2; rm -f "$log"; say "error: the build failed; its last lines are above"; exit 1; }
  rm -f "$log"
}
