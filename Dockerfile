FROM python:3.11-slim
WORKDIR /app
COPY deploy/requirements.txt deploy/
RUN pip install --no-cache-dir -r deploy/requirements.txt
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e . && useradd --create-home bpo && chown bpo /app
USER bpo
ENV BPO_HOST=0.0.0.0
EXPOSE 8765
CMD ["bpo", "run"]
