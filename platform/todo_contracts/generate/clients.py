"""Generates the typed RPC clients, gen/todo/<domain>/v1/client.py: gRPC and messages, nothing else."""

from collections.abc import Iterable, Mapping

import jinja2

from todo_contracts.descriptors import Method, PythonName, Service


class Modules:
    """The message modules that one generated file imports, each under a name of its own."""

    def __init__(self, names: Iterable[str]) -> None:
        modules = sorted(set(names))
        short = [module.rpartition(".")[2] for module in modules]
        self.imports = [
            (*module.rsplit(".", 1), last if short.count(last) == 1 else module.replace(".", "_"))
            for module, last in zip(modules, short, strict=True)
        ]
        self._alias = {f"{package}.{last}": alias for package, last, alias in self.imports}

    def alias(self, module: str) -> str:
        """The name that a module is imported under."""
        return self._alias[module]

    def spell(self, name: PythonName) -> str:
        """The message as the generated code writes it."""
        return f"{self._alias[name.module]}.{name.name}"


def used_by(services: Iterable[Service]) -> set[str]:
    """The modules of every message that a method of these services takes or answers."""
    methods = [method for service in services for method in service.methods]
    return {name.module for method in methods for name in (method.request, method.response)}


def callable_kind(method: Method) -> str:
    """gRPC's name for the shape of a call: unary_unary, unary_stream, stream_unary or stream_stream."""
    return f"{_arity(method.client_streaming)}_{_arity(method.server_streaming)}"


def _arity(streaming: bool) -> str:
    return "stream" if streaming else "unary"


def client_modules(services: Mapping[str, Service], templates: jinja2.Environment) -> dict[str, str]:
    """Path below gen/ → text, one module for each protobuf package that has services."""
    packages: dict[str, list[Service]] = {}
    for service in services.values():
        packages.setdefault(service.package, []).append(service)
    template = templates.get_template("client.py.j2")
    return {
        f"{package.replace('.', '/')}/client.py": template.render(
            package=package, services=members, modules=Modules(used_by(members))
        )
        for package, members in packages.items()
    }
