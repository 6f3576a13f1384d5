# Second Look in a container, without a graphics card:
#   docker build -t second-look .
# with one (and `docker run --gpus all`):
#   docker build --build-arg TORCH_INDEX= -t second-look .
#
# Others can reach a container, so people must be able to log in before it starts:
#   docker run --rm -it -v second-look:/data second-look users add anna
#   docker run -p 127.0.0.1:7860:7860 -v second-look:/data second-look
FROM python:3.11-slim-bookworm

ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu

ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PYTHONUNBUFFERED=1 \
    SECOND_LOOK_DATA_DIR=/data \
    SECOND_LOOK_HOST=0.0.0.0 \
    SECOND_LOOK_USERS_FILE=/data/users

WORKDIR /srv/second-look

# The torch of the chosen index first; what follows then finds it in place.
COPY requirements.txt ./
RUN pip install --no-deps ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} $(grep -E '^(torch|torchvision)==' requirements.txt) \
    && pip install -r requirements.txt

COPY LICENSE README.md ./
COPY static ./static
COPY storage ./storage
COPY model ./model
COPY app ./app

RUN useradd --uid 10001 --create-home second-look \
    && install --directory --owner=second-look --group=second-look /data
USER second-look

VOLUME /data
EXPOSE 7860

HEALTHCHECK --interval=30s --timeout=5s --start-period=90s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/health', timeout=4)"]

ENTRYPOINT ["python", "-m", "app"]
CMD ["serve"]
