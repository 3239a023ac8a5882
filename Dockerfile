FROM python:3.11-slim AS build
# PyTorch's "Start Locally" page names the index that has the CPU build, which is a tenth of the size:
#   docker build --build-arg TORCH_INDEX_URL=<that index> .
ARG TORCH_INDEX_URL=""
WORKDIR /src
RUN python -m venv /venv
RUN /venv/bin/pip install --no-cache-dir ${TORCH_INDEX_URL:+--index-url "$TORCH_INDEX_URL"} "torch==2.13.0"
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY prompts prompts
COPY retrieval retrieval
COPY service service
COPY evaluation evaluation
RUN /venv/bin/pip install --no-cache-dir --constraint constraints.txt .

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 sobmedida && install -d -o sobmedida /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HF_HUB_OFFLINE=1 \
    SOBMEDIDA_DATA_DIR=/data \
    SOBMEDIDA_HOST=0.0.0.0
USER sobmedida
WORKDIR /home/sobmedida
VOLUME /data
EXPOSE 8000
HEALTHCHECK --start-period=60s --interval=15s --timeout=3s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
CMD ["sobmedida", "serve"]
