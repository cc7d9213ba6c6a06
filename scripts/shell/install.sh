# shellcheck shell=bash
# Sourced, behind steps.sh, by what installs packages: only those that are missing, so that nothing is asked of the
# network when all is there.

# missing_packages <package>...: prints those that are not installed.
missing_packages() {
  local installed package
  # shellcheck disable=SC2016
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p' || true)
  for package; do
    grep -qxF "$package" <<<"$installed" || echo "$package"
  done
}

# as_root_install <package>...: as root, and starts none of their services. Debian would, now and at each boot, some of
# them on port 80; what needs one starts it itself. Debian asks policy-rc.d first: where a machine has none, we lend it
# one that says no. What was there before, a policy or a service, stays as it is.
as_root_install() {
  local policy=/usr/sbin/policy-rc.d mark='# Lent by scripts/shell/install.sh for the time of an installation.' package
  if [ ! -e "$policy" ] || grep -qxF "$mark" "$policy"; then
    # shellcheck disable=SC2064
    trap "rm -f $policy" EXIT
    trap 'exit 1' INT TERM HUP
    printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >"$policy"
    chmod 755 "$policy"
  fi
  DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=120 install --no-install-recommends "$@" || return
  for package; do
    case $package in
      nginx | haproxy | caddy) ! command -v systemctl >/dev/null || systemctl disable "$package" ;;
    esac
  done
}

# install_packages <package>...: those of them that are missing, with sudo where we are not root.
install_packages() {
  local missing run=()
  if ! command -v dpkg-query >/dev/null; then
    echo "Not a Debian system: these packages' counterparts must be there: $*"
    return
  fi
  mapfile -t missing < <(missing_packages "$@")
  if [ ${#missing[@]} -eq 0 ]; then return; fi
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "Missing packages; as root: apt-get install --no-install-recommends ${missing[*]}" >&2
      return 1
    fi
    sudo -v
    run=(sudo)
  fi
  quietly "Reading package lists" build/logs/apt-update.log \
    "${run[@]}" apt-get -y -o DPkg::Lock::Timeout=120 update &&
    quietly "Installing ${#missing[@]} packages" build/logs/apt-install.log \
      "${run[@]}" bash -c "$(declare -f as_root_install); as_root_install \"\$@\"" install "${missing[@]}"
}

# install_npm <folder>: what its lock file names, unless that was installed already.
install_npm() {
  local folder=$1 lock stamp=$1/node_modules/.installed-lock
  lock=$(sha256sum <"$folder/package-lock.json")
  if [ "$(cat "$stamp" 2>/dev/null)" = "$lock" ]; then return; fi
  quietly "Installing npm packages of $folder" "build/logs/npm-${folder//\//-}.log" \
    npm --prefix "$folder" ci --silent --no-audit --no-fund || return
  echo "$lock" >"$stamp"
}
