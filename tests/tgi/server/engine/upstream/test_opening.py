"""What cannot be used as an upstream is refused at the start, in one clear line and without keys."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest
from aiohttp import web

from tests.serving import listening
from tests.tgi.server.engine.upstream.answers import Answer, a_page, free_port, only, says
from tests.tgi.server.engine.upstream.conftest import Open, drawn, text_of
from tests.tgi.server.engine.upstream.fakes import MODEL, FakeVllm
from tgi.errors import NoUpstream, OtherModel, ServeError
from tgi.server.engine.upstream import Patience

KEY = "sk-do-not-show-me"


async def test_nobody_there(open_upstream: Open) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(
        NoUpstream, match=rf"^The upstream at {url} cannot be reached \(connection refused\)\.$"
    ):
        await open_upstream(url)


async def test_no_such_host(open_upstream: Open) -> None:
    with pytest.raises(NoUpstream, match="has a host name that is not known"):
        await open_upstream("http://nowhere.invalid:8000")


@pytest.mark.parametrize(
    "url", ["127.0.0.1:8000", "ftp://127.0.0.1", "http://", "http://a:b", "", "http://[::1"]
)
async def test_no_address(open_upstream: Open, url: str) -> None:
    with pytest.raises(ServeError, match="--upstream is an address such as"):
        await open_upstream(url)


async def test_an_address_with_a_key_in_it_is_refused_and_not_shown(open_upstream: Open) -> None:
    for url in (f"http://me:{KEY}@127.0.0.1:1", f"http://127.0.0.1:1/?key={KEY}"):
        with pytest.raises(ServeError, match="--upstream-key") as refused:
            await open_upstream(url)
        assert KEY not in str(refused.value)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (a_page, r"answers with a web page \(status 200\); is that the address of its API\?$"),
        (says(404, detail="Not Found"), r"has no such page or model \(status 404\): Not Found\.$"),
        (
            says(503, error={"message": "Loading model"}),
            r"is busy or not ready \(status 503\): Loading model\.$",
        ),
        (says(500, error="boom"), r"failed \(status 500\): boom\.$"),
        (says(200, models=[]), r"no list of models\.$"),
        (says(200, data=[]), r"serves no model\.$"),
        (says(307), r"answers with a redirect \(status 307\); name the address that it leads to\.$"),
    ],
)
async def test_what_is_no_such_server_is_named(open_upstream: Open, answer: Answer, words: str) -> None:
    async with listening(only(answer)) as url:
        with pytest.raises(NoUpstream, match=words):
            await open_upstream(url)


async def test_what_is_no_json_is_named(open_upstream: Open) -> None:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(text="{", content_type="application/json")

    async with listening(only(answer)) as url:
        with pytest.raises(NoUpstream, match="sends what is no JSON"):
            await open_upstream(url)


async def test_a_silent_server_is_given_up(open_upstream: Open) -> None:
    async def answer(_request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(60)
        raise AssertionError

    async with listening(only(answer)) as url:
        with pytest.raises(NoUpstream, match=r"has been silent for 0\.05 s\.$"):
            await open_upstream(url, patience=Patience(answer=0.05))


async def test_a_key_that_is_missing_or_wrong_is_told_and_not_shown(open_upstream: Open) -> None:
    with pytest.raises(NoUpstream, match=r"asks for a key \(status 401\)"):
        await open_upstream(FakeVllm(key=KEY))
    async with listening(only(says(401, error={"message": f"Invalid key {KEY}"}))) as url:
        with pytest.raises(NoUpstream, match=r"refuses the key \(status 401\)\.$"):
            await open_upstream(url, api_key=KEY)
    assert text_of(await drawn(await open_upstream(FakeVllm(key=KEY), api_key=KEY))) == "Once upon a time"


async def test_another_model_is_refused_by_both_names(open_upstream: Open) -> None:
    with pytest.raises(OtherModel, match=r"serves facebook/opt-175b, and not facebook/opt-66b\.$"):
        await open_upstream(FakeVllm(), model="facebook/opt-66b")
    assert (await open_upstream(FakeVllm(), model=MODEL)).model == MODEL


async def test_of_several_models_one_must_be_named(open_upstream: Open) -> None:
    models = [{"id": name, "owned_by": "vllm", "root": name} for name in ("one", "two")]
    async with listening(only(says(200, data=models))) as url:
        with pytest.raises(OtherModel, match=r"serves several models \(one, two\); name one with --model-id"):
            await open_upstream(url)


async def test_a_context_that_is_too_short_is_refused(open_upstream: Open) -> None:
    with pytest.raises(
        NoUpstream, match=r"holds 2048 tokens, and 4096 were asked for \(--max-total-tokens\)"
    ):
        await open_upstream(FakeVllm(), context=4096)


# --- TLS and addresses -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate of its own for 127.0.0.1, in one file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("the openssl command, which makes the certificate, is not installed")
    file = tmp_path_factory.mktemp("tls") / "own.pem"
    made = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    about = ["-days", "2", "-subj", "/CN=upstream", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*made, *about, "-keyout", file, "-out", f"{file}.crt"], check=True, capture_output=True)
    file.write_text(file.read_text() + Path(f"{file}.crt").read_text())
    return file


def serving(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


async def test_https_behind_a_path(open_upstream: Open, certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=certificate)
    async with listening(FakeVllm().app(), prefix="/gpu/7", tls=serving(certificate)) as url:
        for address in (url, f"{url}/", f"{url}/v1", f"{url}/v1/"):
            upstream = await open_upstream(address, tls=trusting)
            assert text_of(await drawn(upstream)) == "Once upon a time"
            assert (await upstream.tokenize("a"))[-1].piece == b"a"


async def test_a_certificate_that_is_not_trusted_is_named(open_upstream: Open, certificate: Path) -> None:
    async with listening(FakeVllm().app(), tls=serving(certificate)) as url:
        with pytest.raises(
            NoUpstream, match=r"has a certificate that is not trusted \(self-signed certificate\)"
        ):
            await open_upstream(url)


async def test_http_for_https_and_the_reverse_are_named(open_upstream: Open, certificate: Path) -> None:
    async with listening(FakeVllm().app()) as url:
        with pytest.raises(NoUpstream, match=r"does not speak TLS; is it http\?"):
            await open_upstream(url.replace("http:", "https:"))
    async with listening(FakeVllm().app(), tls=serving(certificate)) as url:
        with pytest.raises(NoUpstream, match=r"(closed the connection without|does not speak HTTP)"):
            await open_upstream(url.replace("https:", "http:"))
