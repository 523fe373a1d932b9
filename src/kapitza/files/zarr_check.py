"""Look through the metadata of a `.zspy` before it is opened, so that nothing in it can be unpickled.

A zarr array names the codecs that decode its chunks, and one of the codecs that zarr can call unpickles. Only codecs
known to turn bytes into numbers or plain text are let through.
"""

from __future__ import annotations

import json
import math
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from kapitza.errors import InputError

_METADATA = {".zarray", ".zmetadata", "zarr.json"}
_CODEC_PLACES = ("compressor", "compressors", "filters", "codecs", "index_codecs", "serializer", "object_codec")
_SAFE_CODECS = {
    *("blosc", "zstd", "lz4", "zlib", "gzip", "bz2", "lzma", "zfpy", "pcodec"),
    *("delta", "fixedscaleoffset", "quantize", "bitround", "astype", "packbits", "shuffle", "categorize", "base64"),
    *("crc32", "crc32c", "adler32", "fletcher32", "jenkins_lookup3"),
    *("vlen-utf8", "vlen-bytes", "vlen-array", "json2", "msgpack2"),
    *("bytes", "transpose", "sharding_indexed"),
}


def check_zarr(path: Path) -> int:
    """Bytes that the arrays in a zarr folder or zip claim to hold, after every codec was found harmless.

    Raises
    ------
    InputError
        if an array asks for a codec that is not known to be harmless, or a folder in it is a link to elsewhere.
    """
    claimed = 0
    for content in _metadata_files(path):
        for array in _arrays(json.loads(content)):
            for codec in _codecs(array):
                if codec.removeprefix("numcodecs.") not in _SAFE_CODECS:
                    raise InputError(
                        f"An array of plain numbers is wanted, got one packed with {codec!r} in {path.name}, which is"
                        " not opened because it could run code: save the data again with the default compression."
                    )
            claimed += math.prod(array.get("shape") or ()) * _item_size(array)
    return claimed


def _metadata_files(path: Path) -> Iterator[bytes]:
    if not path.is_dir():
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.rsplit("/", 1)[-1].lower() in _METADATA:
                    yield archive.read(name)
        return
    for folder, subfolders, files in os.walk(path):
        if any(os.path.islink(os.path.join(folder, name)) for name in subfolders):
            raise InputError(
                f"A folder with its data inside is wanted, got a link to elsewhere in {path.name}: copy it in full."
            )
        for name in files:
            if name.lower() in _METADATA:
                yield Path(folder, name).read_bytes()


def _arrays(node: Any) -> Iterator[dict[str, Any]]:
    """Every array's metadata in a metadata file, consolidated ones included; what users attached is left alone."""
    if not isinstance(node, dict):
        return
    if "shape" in node:
        yield node
    for key, child in node.items():
        if key != "attributes" and not key.endswith(".zattrs"):
            yield from _arrays(child)


def _codecs(node: Any, inside: bool = False) -> Iterator[str]:
    """Names of all codecs of an array, those inside a sharding codec included."""
    if isinstance(node, list):
        for child in node:
            yield from _codecs(child, inside)
    elif isinstance(node, dict):
        if inside:
            yield str(node.get("id", node.get("name")))
        for key, child in node.items():
            if key in _CODEC_PLACES:
                yield from _codecs(child, True)
            elif key == "configuration":
                yield from _codecs(child)
    elif inside and isinstance(node, str):
        yield node


def _item_size(array: dict[str, Any]) -> int:
    try:
        return np.dtype(array.get("dtype", array.get("data_type"))).itemsize
    except TypeError:
        return 8
