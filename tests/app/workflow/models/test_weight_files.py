"""A version whose weights lie where this program cannot get them."""

from __future__ import annotations

import pytest

from app.workflow.errors import UnknownModel
from app.workflow.models import answering_model, versions
from app.workflow.models.activation import activate
from app.workflow.services import Services
from model.weights import catalogue, checkpoint
from storage.records import versions as rows
from storage.records.versions import NewVersion, VersionRecord

SENTENCE = r"lie at s3://bucket/far\.safetensors, where this program cannot get them"


@pytest.fixture
def far(services: Services) -> VersionRecord:
    version = NewVersion("far", "s3://bucket/far.safetensors", "f" * 64)
    with services.database.write() as session:
        return rows.register(session, version=version)


def test_it_says_so_wherever_it_is_needed(services: Services, far: VersionRecord) -> None:
    with pytest.raises(UnknownModel, match=SENTENCE):
        answering_model.file_of(services, far)
    with pytest.raises(UnknownModel, match=SENTENCE):
        activate(services, far.id, by="Ada")


def test_as_the_active_one_it_is_a_failure_in_words(services: Services, far: VersionRecord) -> None:
    default = services.models.register(
        checkpoint.load(catalogue.default_path()), catalogue.default_path()
    )
    with services.database.write() as session:
        rows.promote(session, version_id=far.id, promoted_by="another program")
    status = services.models.status()
    assert status.state == "failed"
    assert "cannot get them" in status.note
    assert services.models.active_version() is None
    assert not any(version.active for version in versions.all_versions(services))
    activate(services, default, by="Ada")  # and there is a way back
    assert [v.name for v in versions.all_versions(services) if v.active] == ["default"]
