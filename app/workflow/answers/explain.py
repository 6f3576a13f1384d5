"""From a stored video to a stored answer: made once for each model version, and found again."""

from __future__ import annotations

import time
from dataclasses import dataclass

from app.workflow import vectors
from app.workflow.services import Services
from app.workflow.videos import ingest
from app.workflow.videos.playing import make_playable
from model.inference import packing
from model.inference.prediction import OnProgress, Prediction
from storage import results
from storage.errors import NotFoundError
from storage.records import embeddings, predictions
from storage.records.predictions import PredictionRecord, ScoreRecord
from storage.records.videos import VideoRecord
from storage.results import Subject


@dataclass(frozen=True, slots=True)
class Answer:
    """A stored prediction with the video that it is about."""

    id: int
    video: VideoRecord
    prediction: Prediction

    @property
    def subject(self) -> Subject:
        """What results about this answer are kept under."""
        return subject_of(self.video, self.prediction)


def explain(
    services: Services,
    video: VideoRecord,
    on_progress: OnProgress,
    *,
    model: str | None = None,
    finest: bool = False,
) -> Answer:
    """The answer of the model in use (or of `model`), made if this version gave none yet.

    `finest` looks again in any case, and shows evidence in the finest steps there are. Raises
    `VideoError`, `UnknownModel`, `StorageError`, `Cancelled`.
    """
    predictor = services.models.predictor(model, finest=finest)
    version_id = services.models.version_id(predictor)
    with services.database.read() as session:
        known = predictions.latest(session, video_id=video.id, model_version_id=version_id)
    if known is not None and not finest and _is_whole(services, known):
        return _answer(services, make_playable(services, video, on_progress), known)
    started = time.monotonic()
    path = services.media.local_path(video.uri)
    prediction = predictor.predict(path, on_progress=on_progress)
    seconds = time.monotonic() - started
    made_by = services.models.features_of(predictor)
    answer_id = _keep(services, video, version_id, prediction, seconds, made_by)
    return Answer(answer_id, make_playable(services, video, on_progress), prediction)


def explain_upload(
    services: Services, upload: ingest.Upload, on_progress: OnProgress, *, model: str | None = None
) -> Answer:
    """Stores a file and answers for it."""
    added = ingest.store(services, upload, on_progress)
    return explain(services, added.video, on_progress, model=model)


def latest(services: Services, video_id: int, *, version_id: int | None = None) -> Answer | None:
    """The newest answer for a video, of any version or of this one; None if there is none yet.

    Raises `UnknownVideo`.
    """
    video = ingest.find(services, video_id)
    known = latest_record(services, video_id, version_id=version_id)
    return None if known is None else _answer(services, video, known)


def latest_record(
    services: Services, video_id: int, *, version_id: int | None = None
) -> PredictionRecord | None:
    """What `latest` is made of, for those who need no arrays: reading them takes time."""
    with services.database.read() as session:
        known = predictions.latest(session, video_id=video_id, model_version_id=version_id)
    return known if known is not None and _is_whole(services, known) else None


def find(services: Services, answer_id: int) -> Answer:
    """The answer of that number. Raises `StorageError`, `UnknownVideo` if it is gone."""
    known = find_record(services, answer_id)
    return _answer(services, ingest.find(services, known.video_id), known)


def find_record(services: Services, answer_id: int) -> PredictionRecord:
    """What `find` is made of, for those who need no arrays. Raises `StorageError`."""
    with services.database.read() as session:
        return predictions.get(session, prediction_id=answer_id)


def subject_of(video: VideoRecord, prediction: Prediction) -> Subject:
    """What results about a prediction are kept under: of no use beside one with other steps."""
    steps = len(prediction.evidence.seconds)
    first = prediction.top[0]
    return Subject(
        video=video.sha256,
        version=prediction.version,
        protocol=prediction.protocol,
        about=[[score.index, score.probability, score.logit, steps] for score in prediction.top],
        about_earlier=(  # as 0.2.0 wrote it for the freeze check, and for other methods
            [first.index, first.probability, steps],
            [[score.index, score.logit, steps] for score in prediction.top],
        ),
    )


def _keep(
    services: Services,
    video: VideoRecord,
    version_id: int,
    prediction: Prediction,
    seconds: float,
    made_by: str,
) -> int:
    """Stores a prediction; the number of the answer. `made_by` names what computed its features."""
    arrays, subject = packing.arrays_of(prediction), subject_of(video, prediction)
    uri = results.keep_arrays(services.media, subject, arrays)
    with services.database.write() as session:
        kept = predictions.add(
            session,
            video_id=video.id,
            model_version_id=version_id,
            protocol=prediction.protocol,
            scores=[ScoreRecord(**score) for score in packing.scores_of(prediction)],
            seconds=seconds,
            details=packing.details_of(prediction),
            saliency_uri=uri,
        )
        if len(prediction.features):
            vector = vectors.packed(prediction.features)
            embeddings.keep(session, video_id=video.id, made_by=made_by, vector=vector)
    return kept.id


def _is_whole(services: Services, record: PredictionRecord) -> bool:
    return record.saliency_uri is not None and services.media.exists(record.saliency_uri)


def _answer(services: Services, video: VideoRecord, record: PredictionRecord) -> Answer:
    if record.saliency_uri is None:
        raise NotFoundError("This answer was stored without its picture. Look at the video again.")
    with services.media.open(record.saliency_uri) as stream:
        arrays = stream.read()
    prediction = packing.unpack(
        version=record.model_sha256,
        scores=record.scores,
        details=record.details,
        arrays=arrays,
    )
    return Answer(record.id, video, prediction)
