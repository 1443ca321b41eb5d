"""The manifests of kube/: rendered as kustomize does, and checked, with nothing but Python packages."""
