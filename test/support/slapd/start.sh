#!/bin/sh
# Starts the example directory in the foreground; makes its certificate and its data the first time.
# The container image and the tests' local slapd both start here. Settings are environment variables:
#
#   LDAP_STATE              folder of everything that is kept: db, tls (ca.pem, server.pem, server.key: made
#                           when they are not given) and ca (ca.pem, for the clients)
#   LDAP_URLS               what slapd listens on
#   LDAP_ADMIN_PASSWORD     of cn=admin,dc=example,dc=org; or LDAP_ADMIN_PASSWORD_FILE
#   LDAP_BRIDGE_PASSWORD    of uid=bridge,ou=services,dc=example,dc=org; or LDAP_BRIDGE_PASSWORD_FILE; read the first time only
#   LDAP_TLS_NAMES          further names in the certificate: DNS:directory,IP:192.0.2.1
#   LDAP_OVERLAYS           which of memberof, refint, unique, ppolicy
#   LDAP_FSYNC              off: a crash of the machine may lose writes
#   LDAP_BRIDGE_SIZE_LIMIT  how many entries a search of the bridge may return
#   LDAP_IDLE_TIMEOUT       seconds after which an idle connection is closed; 0: never
#   LDAP_SCHEMA, LDAP_MODULES  where OpenLDAP's own schema and modules are
set -eu
umask 077

folder=$(cd "$(dirname "$0")" && pwd)
state=${LDAP_STATE:-/var/lib/directory}
PATH=$PATH:/usr/sbin

secret() { # NAME: the value of NAME, or the first line of the file that NAME_FILE names
  eval "value=\${$1:-} file=\${$1_FILE:-}"
  if [ -z "$value" ] && [ -n "$file" ]; then IFS= read -r value <"$file" || [ -n "$value" ]; fi
  if [ -z "$value" ]; then echo "start.sh: set $1 or $1_FILE" >&2; exit 78; fi
  printf %s "$value"
}

hashed() { # NAME: the secret as slapd stores it
  secret "$1" >"$state/secret"
  slappasswd -n -T "$state/secret"
  rm -f "$state/secret"
}

selected() { # FILE: without the blocks of overlays that are not asked for
  awk -v overlays=" ${LDAP_OVERLAYS-memberof refint unique ppolicy} " '
    /^# only with / { leaves = !index(overlays, " " $4 " "); next }
    /^# end$/ { leaves = 0; next }
    !leaves' "$folder/$1"
}

quietly() { # COMMAND...: what it says is of interest only when it fails
  said=$("$@" 2>&1) || { printf '%s\n' "$said" >&2; return 1; }
}

make_certificate() {
  names="DNS:localhost,IP:127.0.0.1,DNS:$(uname -n)${LDAP_TLS_NAMES:+,$LDAP_TLS_NAMES}"
  new=$state/tls.new
  rm -rf "$new"
  mkdir "$new"
  quietly openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
    -subj '/CN=Example directory CA' -keyout "$new/ca.key" -out "$new/ca.pem" \
    -addext keyUsage=critical,keyCertSign,cRLSign
  quietly openssl req -x509 -CA "$new/ca.pem" -CAkey "$new/ca.key" -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 \
    -nodes -days 3650 -subj '/CN=Example directory' -keyout "$new/server.key" -out "$new/server.pem" \
    -addext basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=serverAuth -addext "subjectAltName=$names"
  rm "$new/ca.key" # nothing else shall ever be signed with it
  mv "$new" "$state/tls"
}

load_tree() {
  bridge_password=$(hashed LDAP_BRIDGE_PASSWORD)
  rm -rf "${state:?}/db"
  mkdir "$state/db"
  selected tree.ldif | sed "s|@bridge_password@|$bridge_password|" >"$state/tree.ldif"
  slapadd -q -f "$state/slapd.conf" -b dc=example,dc=org -l "$state/tree.ldif"
  rm "$state/tree.ldif"
  touch "$state/loaded"
}

mkdir -p "$state/ca" "$state/db"
[ -e "$state/tls/server.pem" ] || make_certificate
cp "$state/tls/ca.pem" "$state/ca/ca.pem"
chmod 755 "$state/ca"
chmod 644 "$state/ca/ca.pem"

admin_password=$(hashed LDAP_ADMIN_PASSWORD)
if [ "${LDAP_FSYNC:-on}" = off ]; then fsync=dbnosync; else fsync=; fi
selected slapd.conf | sed \
  -e "s|@folder@|$folder|" \
  -e "s|@state@|$state|" \
  -e "s|@schema@|${LDAP_SCHEMA:-/etc/ldap/schema}|" \
  -e "s|@modules@|${LDAP_MODULES:-/usr/lib/ldap}|" \
  -e "s|@idle_timeout@|${LDAP_IDLE_TIMEOUT:-0}|" \
  -e "s|@bridge_size_limit@|${LDAP_BRIDGE_SIZE_LIMIT:-unlimited}|g" \
  -e "s|@fsync@|$fsync|" \
  -e "s|@admin_password@|$admin_password|" \
  >"$state/slapd.conf"
[ -e "$state/loaded" ] || load_tree

# slapd reserves memory for every descriptor it might open.
ulimit -n 4096
exec slapd -d "${LDAP_DEBUG:-0}" -f "$state/slapd.conf" -h "${LDAP_URLS:-ldap://:1389 ldaps://:1636}"
