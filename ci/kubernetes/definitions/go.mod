// The types of others that the manifests use; only their files are wanted, so nothing is built from this.
module todo.dev/ci/kubernetes/definitions

go 1.24

require (
	github.com/cloudnative-pg/cloudnative-pg v1.30.0
	github.com/dapr/dapr v1.18.0
	github.com/kedacore/keda/v2 v2.19.0
	github.com/prometheus-operator/prometheus-operator v0.94.1
	sigs.k8s.io/gateway-api v1.4.1
)
