# docker build -t orgtrail . && docker run --rm -v "$PWD:/plans:ro" orgtrail check tfplan
FROM python:3.12-slim@sha256:57cd7c3a7a273101a6485ba99423ee568157882804b1124b4dd04266317710de AS build
WORKDIR /src
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY pipelines/requirements.txt pipelines/requirements.txt
COPY checker checker
COPY modules modules
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r pipelines/requirements.txt \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation .

FROM python:3.12-slim@sha256:57cd7c3a7a273101a6485ba99423ee568157882804b1124b4dd04266317710de
COPY --from=build /venv /venv
RUN useradd --system --uid 10001 --no-create-home orgtrail
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1
USER 10001
WORKDIR /plans
ENTRYPOINT ["orgtrail"]
CMD ["--help"]
