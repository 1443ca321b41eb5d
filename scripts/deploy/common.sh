# What deploying has in common, whatever the cloud. Sourced by scripts/deploy-*.sh and scripts/destroy-*.sh.
# shellcheck shell=bash
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
SERVICES=(chat-api notification recurring-task audit sync)
JOBS=(databases register-contracts chat-api-migrate notification-migrate recurring-task-migrate audit-migrate)
NAMESPACE=todo
GATEWAY_NAMESPACE=envoy-gateway-system
MONITORING_NAMESPACE=monitoring

# Versions that the manifests were written for: change them together with kube/ and ci/kubernetes/definitions. The charts
# are those of CloudNativePG 1.30.0 and of the Prometheus operator 0.94.1.
STRIMZI_VERSION=1.2.0
DAPR_VERSION=1.18.0
CLOUDNATIVE_PG_CHART=0.29.0
KEDA_VERSION=2.19.0
ENVOY_GATEWAY_VERSION=v1.7.0
PROMETHEUS_CHART=92.1.0
METRICS_SERVER_CHART=3.13.0

DRY_RUN=
AGREED=
HOST=${HOST:-todo.example.com}
TAG=${TAG:-$(git -C "$ROOT" rev-parse --short=12 HEAD)}

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "$1"
  exit "${2:-1}"
}

# Reads the options that the help names; the text is what --help prints.
options() {
  local help=$1
  shift
  while (($#)); do
    [[ $1 != --* || $1 == --help || $help == *"[$1"* ]] || fail "$1 is no option: see --help." 2
    case $1 in
      --dry-run) DRY_RUN=yes ;;
      --yes) AGREED=yes ;;
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

# Goes on only with --yes, or when somebody types the name: what goes does not come back.
agreed() {
  local what=$1 name=$2 answer
  [[ -n $DRY_RUN || -n $AGREED ]] && return
  [[ -t 0 ]] || fail "This removes $what with all data: say --yes." 2
  read -rp "This removes $what with all data. Type $name to go on: " answer
  [[ $answer == "$name" ]] || fail "Nothing was removed."
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

# The namespace of the product is `restricted`: Strimzi and Dapr make pods that it lets in only when they are told to. Of
# Dapr neither actors nor jobs are used, so that nothing of it keeps a disk.
install_operators() {
  # Strimzi's chart gives rights in it.
  apply "$ROOT/kube/base/namespace.yaml"
  chart strimzi-cluster-operator strimzi "$STRIMZI_VERSION" oci://quay.io/strimzi-helm/strimzi-kafka-operator \
    --set "watchNamespaces={$NAMESPACE}" \
    --set "extraEnvs[0].name=STRIMZI_POD_SECURITY_PROVIDER_CLASS" --set "extraEnvs[0].value=restricted"
  chart dapr dapr-system "$DAPR_VERSION" dapr --repo https://dapr.github.io/helm-charts/ \
    --set global.ha.enabled="${HIGH_AVAILABILITY:-false}" \
    --set dapr_sidecar_injector.sidecarDropALLCapabilities=true \
    --set global.actors.enabled=false --set global.scheduler.enabled=false
  chart keda keda "$KEDA_VERSION" keda --repo https://kedacore.github.io/charts
}

# What the overlays of the clouds need besides: PostgreSQL with failover, the way in, and who looks at the figures.
install_for_clouds() {
  chart cloudnative-pg cnpg-system "$CLOUDNATIVE_PG_CHART" cloudnative-pg \
    --repo https://cloudnative-pg.github.io/charts
  chart envoy-gateway "$GATEWAY_NAMESPACE" "$ENVOY_GATEWAY_VERSION" oci://docker.io/envoyproxy/gateway-helm
  apply "$ROOT/scripts/deploy/gateway-class.yaml"
  chart kube-prometheus-stack "$MONITORING_NAMESPACE" "$PROMETHEUS_CHART" kube-prometheus-stack \
    --repo https://prometheus-community.github.io/helm-charts \
    --set prometheus.prometheusSpec.serviceMonitorSelectorNilUsesHelmValues=false \
    --set prometheus.prometheusSpec.ruleSelectorNilUsesHelmValues=false \
    --set grafana.sidecar.dashboards.searchNamespace=ALL
  # NetworkPolicies know the two by these labels.
  run kubectl label namespace "$GATEWAY_NAMESPACE" todo.dev/role=gateway --overwrite
  run kubectl label namespace "$MONITORING_NAMESPACE" todo.dev/role=monitoring --overwrite
}

# Where a cloud brings none: autoscaling by processor time asks it.
install_metrics_server() {
  chart metrics-server kube-system "$METRICS_SERVER_CHART" metrics-server \
    --repo https://kubernetes-sigs.github.io/metrics-server/
}

apply() {
  run kubectl apply --server-side --field-manager todo-deploy --filename "$1"
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

# Passwords and keys that nobody has seen: made once, since what is encrypted and signed with them
# is of no use without them.
create_secrets() {
  run make --silent --directory "$ROOT" install
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
  local overlay=$ROOT/kube/overlays/$1 images=$2 service
  create_secrets
  # A Job can't be changed: those of the release before have done their work.
  run kubectl delete job "${JOBS[@]}" --namespace "$NAMESPACE" --ignore-not-found
  if [[ -n $DRY_RUN ]]; then
    printf 'kubectl kustomize %q | sed (images from %s, tag %s, host %s) | kubectl apply --server-side --filename -\n' \
      "$overlay" "$images" "$TAG" "$HOST"
  else
    say "→ applying $overlay with images from $images, tag $TAG"
    kubectl kustomize "$overlay" \
      | sed -E "s#image: todo/([a-z-]+):[^[:space:]]+#image: $images/\1:$TAG#; s#todo\.example\.com#$HOST#g" \
      | kubectl apply --server-side --force-conflicts --field-manager todo-deploy --filename -
  fi
  run kubectl wait kafka/todo --namespace "$NAMESPACE" --for=condition=Ready --timeout=15m
  run kubectl wait "${JOBS[@]/#/job/}" --namespace "$NAMESPACE" --for=condition=Complete --timeout=10m
  for service in "${SERVICES[@]}"; do
    run kubectl rollout status "deployment/$service" --namespace "$NAMESPACE" --timeout=10m
  done
  if [[ $1 != minikube ]] && ! there kubectl get secret todo-tls --namespace "$NAMESPACE"; then
    say "The gateway waits for the secret todo-tls, with the certificate of $HOST."
  fi
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

# Removes the product and its way in, and waits for disks and load balancers to go: a cloud keeps those otherwise when the
# cluster is gone, and charges for them.
remove_product() {
  local namespace
  for namespace in "$NAMESPACE" "$GATEWAY_NAMESPACE"; do
    run kubectl delete namespace "$namespace" --ignore-not-found --timeout=10m
  done
}
