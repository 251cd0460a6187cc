# What the start scripts of the example directories have in common; $state is the folder of everything that is kept.

secret() { # NAME: the value of NAME, or the first line of the file that NAME_FILE names
  eval "value=\${$1:-} file=\${$1_FILE:-}"
  if [ -z "$value" ] && [ -n "$file" ]; then IFS= read -r value <"$file" || [ -n "$value" ]; fi
  if [ -z "$value" ]; then echo "start.sh: set $1 or $1_FILE" >&2; exit 78; fi
  printf %s "$value"
}

quietly() { # COMMAND...: what it says is of interest only when it fails
  said=$("$@" 2>&1) || { printf '%s\n' "$said" >&2; return 1; }
}

selected() { # FILE: without the blocks that are only for what is not in $overlays
  awk -v overlays=" $overlays " '
    /^# only with / { leaves = !index(overlays, " " $4 " "); next }
    /^# end$/ { leaves = 0; next }
    !leaves' "$1"
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

provide_certificate() { # in tls: ca.pem, server.pem and server.key, made when they are not given; ca/ca.pem for the clients
  mkdir -p "$state/ca"
  [ -e "$state/tls/server.pem" ] || make_certificate
  cp "$state/tls/ca.pem" "$state/ca/ca.pem"
  chmod 755 "$state/ca"
  chmod 644 "$state/ca/ca.pem"
}
