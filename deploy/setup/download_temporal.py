"""Lets the Temporal SDK download its development server into the folder given, under the name `temporal`."""

import asyncio
import sys
from pathlib import Path

from temporalio.testing import WorkflowEnvironment


async def download(folder: str) -> None:
    async with await WorkflowEnvironment.start_local(download_dest_dir=folder):
        pass


def main(folder: Path) -> None:
    before = set(folder.iterdir())
    asyncio.run(download(str(folder)))
    downloaded = set(folder.iterdir()) - before
    if len(downloaded) != 1:
        sys.exit(f"setup: expected one new program in {folder}, found {sorted(path.name for path in downloaded)}")
    downloaded.pop().rename(folder / "temporal")


main(Path(sys.argv[1]))
