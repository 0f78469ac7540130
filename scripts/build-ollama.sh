#!/usr/bin/env bash
# Builds the Ollama server that the tests run, once a machine: about six minutes on two cores.
# v0.24.0 is the last release whose server is a plain Go module. Needs Go 1.24+, a C++ compiler and Debian's
# nlohmann-json3-dev and libstb-dev. The binary: ${SOURCIER_OLLAMA:-~/.cache/sourcier/ollama}/bin/ollama
set -euo pipefail

VERSION=0.24.0
MALGO=v0.11.24 # carries miniaudio.h, which Ollama's module archive leaves out
PLACE="${SOURCIER_OLLAMA:-$HOME/.cache/sourcier/ollama}"

if [ -x "$PLACE/bin/ollama" ]; then
    echo "Ollama is built: $PLACE/bin/ollama"
    exit 0
fi
command -v go >/dev/null || {
    echo "Go 1.24 or newer is needed to build Ollama." >&2
    exit 1
}
for header in /usr/include/nlohmann/json.hpp /usr/include/stb/stb_image.h; do
    [ -f "$header" ] || {
        echo "$header is missing: install nlohmann-json3-dev and libstb-dev." >&2
        exit 1
    }
done

mkdir -p "$PLACE/include"
malgo="$(go mod download -json "github.com/gen2brain/malgo@$MALGO" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')"
[ -f "$malgo/miniaudio.h" ] || {
    echo "miniaudio.h is not in malgo $MALGO." >&2
    exit 1
}
ln -sfn "$malgo" "$PLACE/include/miniaudio"

# Built beside and moved: a build that is cut leaves no binary behind.
building="$(mktemp -d "$PLACE/building.XXXXXX")"
trap 'rm -rf "$building"' EXIT
include="-I$PLACE/include -I/usr/include/stb"
GOBIN="$building" \
    CGO_CFLAGS="-O3 -march=native $include" \
    CGO_CXXFLAGS="-O3 -march=native $include" \
    go install -ldflags "-X=github.com/ollama/ollama/version.Version=$VERSION" "github.com/ollama/ollama@v$VERSION"
mkdir -p "$PLACE/bin"
mv "$building/ollama" "$PLACE/bin/ollama"
echo "Ollama is built: $PLACE/bin/ollama"
