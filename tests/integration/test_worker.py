"""The worker process by itself: it waits for Temporal, says when it is ready, and drains."""

import asyncio
import json
import signal
import sys

import httpx

from loupe.parts.temporal_server import TemporalServer
from loupe.ports import free_port


async def until(path, process):
    """Poll for a file that a running process writes."""
    async with asyncio.timeout(60):
        while not (path.exists() and path.stat().st_size):
            assert process.returncode is None
            await asyncio.sleep(0.05)
    return json.loads(path.read_text())


async def test_a_worker_waits_for_temporal_and_then_gets_ready_and_drains(settings, tmp_path, monkeypatch):
    port, ports_file = free_port(), tmp_path / "ports.json"
    monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{port}")
    monkeypatch.setenv("LOUPE_WORKER_PORTS_FILE", str(ports_file))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "loupe", "worker", stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    async with asyncio.timeout(60):
        while b"waiting for Temporal" not in await process.stderr.readline():
            assert process.returncode is None
    reading = asyncio.create_task(process.stderr.read())
    server = TemporalServer(
        tmp_path / "temporal.db", tmp_path / "logs", port=port, metrics_port=free_port(), ui_port=None
    )
    server.start()
    try:
        server.wait_ready()
        address = f"http://127.0.0.1:{(await until(ports_file, process))['metrics']}"
        async with httpx.AsyncClient(base_url=address) as http:
            async with asyncio.timeout(30):
                while (await http.get("/readyz")).status_code != 200:
                    await asyncio.sleep(0.05)
            assert "loupe_sweep_seconds_count" in (await http.get("/metrics")).text
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(40):
            assert await process.wait() == 0
        assert b"worker ended" in await reading
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        server.stop()
