"""Alerts fire when they should and at no other time, by Prometheus' own judgement."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

CLONE = Path(__file__).resolve().parents[3]
RULES = CLONE / "kube" / "components" / "monitoring" / "rules" / "rules.yaml"
CASES = Path(__file__).with_name("cases.yaml")


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed (Debian: prometheus)")
def test_alerts_fire_when_they_should(tmp_path: Path) -> None:
    """The resource's `spec` is what Prometheus reads as a file."""
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(yaml.safe_load(RULES.read_text())["spec"]))
    shutil.copy(CASES, tmp_path)
    command = ["promtool", "test", "rules", "cases.yaml"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
