# Two stages: build with the compilers, run with the libraries alone.
#   docker build -t weir .
#   docker run --rm -p 127.0.0.1:8090:8090 -v weir-state:/var/lib/weir -v ./config.toml:/etc/weir/config.toml:ro weir
# Inside a container the data listener must bind 0.0.0.0: set [server] listen,
# teams with keys, and TLS or allow_plaintext = true in the configuration.
FROM debian:12-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
      g++ cmake ninja-build pkg-config ca-certificates libboost1.81-dev libssl-dev libcurl4-openssl-dev \
      nlohmann-json3-dev libsimdjson-dev prometheus-cpp-dev libtomlplusplus-dev \
      libsqlite3-dev libspdlog-dev libcli11-dev libre2-dev \
    && rm -rf /var/lib/apt/lists/*
COPY . /src
RUN cmake -S /src -B /build -G Ninja -DCMAKE_BUILD_TYPE=Release -DWEIR_TESTS=OFF -DWEIR_UNITY=ON \
    && cmake --build /build --target weir && cmake --install /build --prefix /usr --strip

FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
      ca-certificates libssl3 libcurl4 libsimdjson14 libprometheus-cpp-core1.0 libsqlite3-0 libspdlog1.10 libfmt9 libre2-9 \
    && rm -rf /var/lib/apt/lists/* && useradd --system --home-dir /var/lib/weir weir \
    && install -d -o weir -g weir -m 0700 /var/lib/weir
COPY --from=build /usr/bin/weir /usr/bin/weir
COPY --from=build /usr/share/weir /usr/share/weir
USER weir
ENV STATE_DIRECTORY=/var/lib/weir
EXPOSE 8090
VOLUME /var/lib/weir
ENTRYPOINT ["/usr/bin/weir"]
CMD ["serve", "--config", "/etc/weir/config.toml"]
