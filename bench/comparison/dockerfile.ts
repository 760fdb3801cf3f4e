import { BUILDER, MAIN_PACKAGE } from './program';

const COMPILE = `CGO_ENABLED=0 go build -ldflags="-s -w" -o /out/app ${MAIN_PACKAGE}`;
const CACHES = '--mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build';

export const DOCKERIGNORE = ['.git', 'Dockerfile', 'compose.yaml', '**/*_test.go', ''].join('\n');

/** A health check for images without a shell, in a stage of its own, so that a change of the program does not compile it again. */
export const HEALTH_CHECK = `package main

import (
	"net/http"
	"os"
)

func main() {
	response, err := http.Get("http://127.0.0.1:8080/readyz")
	if err != nil || response.StatusCode != http.StatusOK {
		os.Exit(1)
	}
}
`;

function runtimeStage(...copies: string[]): string[] {
  return [
    'FROM scratch',
    ...copies,
    'COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/',
    'COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo',
    'COPY --from=build /out/app /app',
    'USER 65534:65534',
    'EXPOSE 8080',
    'ENTRYPOINT ["/app"]',
    '',
  ];
}

/** The two stages of most tutorials. */
export function usualDockerfile(): string {
  return [
    `FROM ${BUILDER} AS build`,
    'WORKDIR /src',
    'COPY go.mod go.sum ./',
    'RUN go mod download',
    'COPY . .',
    `RUN ${COMPILE}`,
    ...runtimeStage(),
  ].join('\n');
}

/** With the cache mounts of https://docs.docker.com/build/cache/optimize/#use-cache-mounts. */
export function cachedDockerfile({ healthCheck = false } = {}): string {
  return [
    ...healthCheck ? [
      `FROM ${BUILDER} AS healthcheck`,
      'WORKDIR /healthcheck',
      'COPY healthcheck/main.go ./',
      'RUN CGO_ENABLED=0 go build -ldflags="-s -w" -o /out/healthcheck main.go',
    ] : [],
    `FROM ${BUILDER} AS build`,
    'WORKDIR /src',
    'COPY go.mod go.sum ./',
    'RUN --mount=type=cache,target=/go/pkg/mod go mod download',
    'COPY . .',
    `RUN ${CACHES} ${COMPILE}`,
    ...runtimeStage(...healthCheck ? ['COPY --from=healthcheck /out/healthcheck /healthcheck'] : []),
  ].join('\n');
}

/** For an edit loop: the container holds sources and compiler, and compiles when it starts. */
export function developmentDockerfile(): string {
  return [
    `FROM ${BUILDER}`,
    'WORKDIR /src',
    'COPY go.mod go.sum ./',
    'RUN go mod download',
    'COPY . .',
    `CMD ["sh", "-c", "go build -o /tmp/app ${MAIN_PACKAGE} && exec /tmp/app"]`,
    '',
  ].join('\n');
}
