"""The base for Kubernetes: what its schema says, what its strictest policy asks, and what must hold together."""

from collections.abc import Iterator
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tests.deploy.conftest import ROOT

BASE = ROOT / "deploy" / "kubernetes"
VERSION = "1.37"
Resource = dict[str, Any]


def base() -> Resource:
    found: Resource = yaml.safe_load((BASE / "kustomization.yaml").read_text())
    return found


def resources() -> list[Resource]:
    return [one for name in base()["resources"] for one in yaml.safe_load_all((BASE / name).read_text())]


def one(kind: str, name: str) -> Resource:
    (found,) = (each for each in resources() if (each["kind"], each["metadata"]["name"]) == (kind, name))
    return found


def pods() -> Iterator[tuple[str, Resource]]:
    """What makes pods, with the template of the pod."""
    for resource in resources():
        spec = resource.get("spec", {})
        template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
        if template:
            yield resource["metadata"]["name"], template


def test_every_file_is_in_the_base() -> None:
    assert {path.name for path in BASE.glob("*.yaml")} - {"kustomization.yaml"} == set(base()["resources"])
    assert [image["name"] for image in base()["images"]] == ["amana"]
    kinds = [resource["kind"] for resource in resources()]
    wanted = ["ConfigMap", "CronJob", "Deployment", "Deployment", "Job", "PodDisruptionBudget", "Service"]
    assert [kind for kind in sorted(kinds) if kind in wanted] == wanted
    assert "Secret" not in kinds


@pytest.mark.parametrize("resource", resources(), ids=lambda each: f"{each['kind']}-{each['metadata']['name']}")
def test_it_is_what_the_schema_says(resource: Resource) -> None:
    assert kubernetes_validate.validate(resource, VERSION, strict=True) == VERSION


def test_the_check_knows_a_field_that_is_none() -> None:
    wrong = one("Deployment", "amana-app")
    wrong["spec"]["replica"] = 3
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSION, strict=True)


@pytest.mark.parametrize(("name", "template"), list(pods()))
def test_a_pod_keeps_to_the_restricted_policy(name: str, template: Resource) -> None:
    spec = template["spec"]
    assert spec["automountServiceAccountToken"] is False
    security = spec["securityContext"]
    assert security["runAsNonRoot"] is True
    assert security["runAsUser"] == 10001
    assert security["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(spec)
    (container,) = spec["containers"]
    assert container["image"] == "amana"
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"cpu", "memory"} <= set(container["resources"]["requests"])
    assert "memory" in container["resources"]["limits"]
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in spec["volumes"]}
    # Secrets are files, and no policy of the network leaves a pod out.
    assert all("secretRef" not in source for source in container["envFrom"])
    assert "env" not in container
    assert template["metadata"]["labels"]["app.kubernetes.io/name"] == "amana"


def test_who_is_replaced_has_time_and_loses_nobody() -> None:
    settings = one("ConfigMap", "amana-settings")["data"]
    app = one("Deployment", "amana-app")["spec"]
    pod = app["template"]["spec"]
    assert app["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    assert pod["terminationGracePeriodSeconds"] > int(settings["STOP_DELAY"]) + 20
    (container,) = pod["containers"]
    ready = container["readinessProbe"]
    # It is seen to be unready before it stops.
    assert ready["periodSeconds"] * ready["failureThreshold"] < int(settings["STOP_DELAY"])
    assert ready["httpGet"]["path"] == "/readyz"
    # A database that is away makes nobody start anew.
    assert container["livenessProbe"]["httpGet"]["path"] == container["startupProbe"]["httpGet"]["path"] == "/healthz"
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        ((header),) = container[probe]["httpGet"]["httpHeaders"]
        assert header["name"] == "Host"
        assert header["value"] in settings["TRUSTED_HOSTS"].split(",")
    assert one("Deployment", "amana-worker")["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > 20


def test_everybody_finds_the_pods() -> None:
    labels = one("Deployment", "amana-app")["spec"]["template"]["metadata"]["labels"]
    assert one("Deployment", "amana-app")["spec"]["selector"]["matchLabels"] == labels
    assert one("Service", "amana-app")["spec"]["selector"] == labels
    assert one("PodDisruptionBudget", "amana-app")["spec"]["selector"]["matchLabels"] == labels
    assert (
        one("PodDisruptionBudget", "amana-app")["spec"]["minAvailable"]
        < one("Deployment", "amana-app")["spec"]["replicas"]
    )
    assert one("NetworkPolicy", "amana-app")["spec"]["podSelector"]["matchLabels"] == labels


def test_nobody_may_speak_to_what_nobody_asks() -> None:
    everybody = one("NetworkPolicy", "amana")["spec"]
    assert everybody["policyTypes"] == ["Ingress", "Egress"]
    assert everybody["ingress"] == []
    assert everybody["podSelector"]["matchLabels"] == {"app.kubernetes.io/name": "amana"}
