# What deploying has in common, whatever the cloud. Sourced by scripts/deploy-*.sh and scripts/destroy-*.sh.
# shellcheck shell=bash
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
SERVICES=(chat-api notification recurring-task audit sync)
NAMESPACE=todo

# Versions that the manifests were written for: change them together with kube/.
STRIMZI_VERSION=1.2.0
DAPR_VERSION=1.18.0
CLOUDNATIVE_PG_CHART=0.29.0
KEDA_VERSION=2.19.0

DRY_RUN=
TAG=${TAG:-$(git -C "$ROOT" rev-parse --short=12 HEAD)}

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "$1"
  exit "${2:-1}"
}

# Reads the options that every script knows; the text is what --help prints.
options() {
  local help=$1
  shift
  while (($#)); do
    case $1 in
      --dry-run) DRY_RUN=yes ;;
      --tag)
        [[ -n ${2:-} ]] || fail "--tag needs the tag of the images, for example --tag 1.4.0." 2
        TAG=$2
        shift
        ;;
      -h | --help)
        printf '%s\n' "$help"
        exit 0
        ;;
      *) fail "$1 is no option: see --help." 2 ;;
    esac
    shift
  done
}

# Names every tool that is missing, at once. A dry run needs none.
tools() {
  local missing=() tool
  [[ -n $DRY_RUN ]] && return
  for tool in "$@"; do
    command -v "$tool" > /dev/null || missing+=("$tool")
  done
  ((${#missing[@]} == 0)) || fail "Install first: ${missing[*]}."
}

# Names every variable that is not set, at once.
settings() {
  local missing=() name
  for name in "$@"; do
    [[ -n ${!name:-} ]] || missing+=("$name")
  done
  ((${#missing[@]} == 0)) || fail "Set first: ${missing[*]}. See --help." 2
}

# Runs a command that changes something; a dry run prints it.
run() {
  if [[ -n $DRY_RUN ]]; then
    printf '%q ' "$@"
    printf '\n'
  else
    say "→ $*"
    "$@"
  fi
}

# Whether something is there already. A dry run knows nothing, so that it shows every step.
there() {
  [[ -z $DRY_RUN ]] && "$@" > /dev/null 2>&1
}

# The one line that a creating command prints, such as an id; a dry run makes up a name for it.
result_of() {
  local name=$1
  shift
  if [[ -n $DRY_RUN ]]; then
    run "$@" >&3
    printf '<%s>' "$name"
  else
    say "→ $*"
    "$@"
  fi
}
exec 3>&1

install_operators() {
  chart strimzi-cluster-operator strimzi "$STRIMZI_VERSION" oci://quay.io/strimzi-helm/strimzi-kafka-operator \
    --set "watchNamespaces={$NAMESPACE}"
  chart dapr dapr-system "$DAPR_VERSION" dapr --repo https://dapr.github.io/helm-charts/ \
    --set global.ha.enabled="${HIGH_AVAILABILITY:-false}"
  chart keda keda "$KEDA_VERSION" keda --repo https://kedacore.github.io/charts
}

install_cloudnative_pg() {
  chart cloudnative-pg cnpg-system "$CLOUDNATIVE_PG_CHART" cloudnative-pg \
    --repo https://cloudnative-pg.github.io/charts
}

# Installs or upgrades a chart, and waits until its pods are ready.
chart() {
  local release=$1 namespace=$2 version=$3 name=$4
  shift 4
  run helm upgrade --install "$release" "$name" --version "$version" --namespace "$namespace" --create-namespace \
    --wait --timeout 10m "$@"
}

# Builds every service's image with docker and pushes it to a registry.
push_images() {
  local images=$1 service
  for service in "${SERVICES[@]}" tools; do
    run docker build --build-arg "SERVICE=${service//-/_}" --tag "$images/$service:$TAG" "$ROOT"
    run docker push "$images/$service:$TAG"
  done
}

# The namespace, and passwords and keys that nobody has seen: made once, since what is encrypted and signed with them
# is of no use without them.
create_secrets() {
  run make --silent --directory "$ROOT" install
  run kubectl apply --server-side --field-manager todo-deploy --filename "$ROOT/kube/base/namespace.yaml"
  if there kubectl get secret postgres-administration --namespace "$NAMESPACE"; then return; fi
  if [[ -n $DRY_RUN ]]; then
    printf 'python -m todo_stack.cluster secrets | kubectl create --namespace %q --filename -\n' "$NAMESPACE"
  else
    say "→ creating secrets"
    "${PYTHON:-$ROOT/.venv/bin/python}" -m todo_stack.cluster secrets \
      | kubectl create --namespace "$NAMESPACE" --filename -
  fi
}

# Applies an overlay with the images of a registry, and waits until everything runs.
apply_overlay() {
  local overlay=$ROOT/kube/overlays/$1 images=$2
  create_secrets
  # A Job can't be changed: those of the release before have done their work.
  run kubectl delete job --all --namespace "$NAMESPACE" --ignore-not-found
  if [[ -n $DRY_RUN ]]; then
    printf 'kubectl kustomize %q | sed (images from %s, tag %s) | kubectl apply --server-side --filename -\n' \
      "$overlay" "$images" "$TAG"
  else
    say "→ applying $overlay with images from $images, tag $TAG"
    kubectl kustomize "$overlay" | sed -E "s#image: todo/([a-z-]+):[^[:space:]]+#image: $images/\1:$TAG#" \
      | kubectl apply --server-side --force-conflicts --field-manager todo-deploy --filename -
  fi
  run kubectl wait kafka/todo --namespace "$NAMESPACE" --for=condition=Ready --timeout=15m
  run kubectl wait job --all --namespace "$NAMESPACE" --for=condition=Complete --timeout=10m
  local service
  for service in "${SERVICES[@]}"; do
    run kubectl rollout status "deployment/$service" --namespace "$NAMESPACE" --timeout=10m
  done
}

# Drives the whole event flow through tunnels to the gateway and to the WebSocket.
verify() {
  local service address tunnels=()
  if [[ -z $DRY_RUN ]]; then
    for service in "chat-api 18080:8080 15051:50051" "sync 18090:8090"; do
      # shellcheck disable=SC2086 # the ports are words
      kubectl port-forward --namespace "$NAMESPACE" service/${service} > /dev/null &
      tunnels+=("$!")
    done
    # shellcheck disable=SC2064 # the processes of now
    trap "kill ${tunnels[*]} 2> /dev/null || true" EXIT
  fi
  # Any answer shows that a tunnel is open.
  for address in 18080/healthz 18090/; do
    run curl --silent --show-error --output /dev/null --retry 60 --retry-delay 1 --retry-connrefused \
      "http://127.0.0.1:$address"
  done
  run python3 "$ROOT/scripts/verify-system.py" --target http://127.0.0.1:18080 \
    --grpc 127.0.0.1:15051 --sync ws://127.0.0.1:18090/v1/sync --no-webhook
}

# Removes the product and waits for its disks to go, so that a cloud leaves nothing behind that costs.
remove_product() {
  run kubectl delete namespace "$NAMESPACE" --ignore-not-found --timeout=10m
}
