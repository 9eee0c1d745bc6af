# docker build -t orgtrail . && docker run --rm -v "$PWD:/plans:ro" orgtrail check plan.json --source .
FROM python:3.12-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY checker checker
COPY modules modules
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --disable-pip-version-check .

FROM python:3.12-slim
COPY --from=build /venv /venv
RUN useradd --system --uid 10001 --no-create-home orgtrail
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1
USER 10001
WORKDIR /plans
ENTRYPOINT ["orgtrail"]
CMD ["--help"]
