# artsim in a container: a user without rights, a root file system that may be read-only, and one
# volume, /data, for everything that artsim writes. docs/operator.md says how it is built and run.

FROM python:3.13-slim AS wheel
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY models models
COPY artsim artsim
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.13-slim
ARG EXTRAS=training,fast
RUN --mount=type=bind,from=wheel,source=/wheels,target=/wheels \
    pip install --no-cache-dir "$(echo /wheels/artsim-*.whl)${EXTRAS:+[${EXTRAS}]}"
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent artsim \
    && install --directory --owner=artsim --group=artsim /data

ENV ARTSIM_HOME=/data
VOLUME /data
WORKDIR /data
USER 10001:10001
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/api/v1/health', timeout=8)"]
CMD ["artsim", "serve", "--host", "0.0.0.0", "--port", "8501", "--open-to-network"]
