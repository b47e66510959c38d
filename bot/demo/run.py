"""One demo from its first line to its last: claim the folder, start the parts, keep or play, end everything.

Errors become a sentence and an exit code here; signals become a request to end.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Iterator

from bot.demo.errors import AlreadyRunning, PartFailed, SceneBroken, SceneUnreadable
from bot.demo.folder import Folder
from bot.demo.options import DemoOptions, Exit
from bot.demo.parts import DISCORD
from bot.demo.scene.format import Scene, read_scene
from bot.demo.scene.play import play
from bot.demo.screen import Screen
from bot.demo.supervisor import Supervisor

_FIRST = (
    "Open it in a browser and choose one of the people at the bottom left. Type /room open in #writers-room, "
    "enter the thread that appears, and bring a premise with the button on its board.\n"
    "Ctrl-C ends everything."
)


async def run_demo(options: DemoOptions, screen: Screen | None = None) -> int:
    """Run a demo until it is interrupted or its scene is played. Gives an `Exit`; no error is raised."""
    screen = screen or Screen()
    folder = Folder(options.folder)
    try:
        scene = read_scene(options.play) if options.play else None
        with folder.claim():
            for left in folder.sweep():
                screen.say(f"  ended {left}, which an earlier demo left running")
            return await _until_done(options, folder, scene, screen)
    except SceneUnreadable as unreadable:
        screen.say(str(unreadable), "red")
        return Exit.SCENE_UNREADABLE
    except AlreadyRunning as running:
        screen.say(str(running), "red")
        return Exit.ALREADY_RUNNING


async def _until_done(options: DemoOptions, folder: Folder, scene: Scene | None, screen: Screen) -> int:
    supervisor = Supervisor(options, folder, screen)
    with _interruptions() as interrupted:
        work = asyncio.create_task(_work(supervisor, folder, scene, screen), name="demo")
        waiting = asyncio.create_task(interrupted.wait(), name="interruption")
        try:
            await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                screen.say("Ending ...")
                work.cancel()
                await asyncio.wait({work})
                return Exit.INTERRUPTED if scene else Exit.DONE
            return await work
        except PartFailed as failure:
            screen.say(str(failure), "red")
            return Exit.PART_FAILED
        except SceneBroken as broken:
            screen.say(f"{broken}\n  logs: {folder.logs}", "red")
            return Exit.SCENE_BROKEN
        finally:
            waiting.cancel()
            await supervisor.stop()


async def _work(supervisor: Supervisor, folder: Folder, scene: Scene | None, screen: Screen) -> int:
    screen.say("Starting a story room on this machine")
    await supervisor.start()
    address = supervisor.addresses[DISCORD]
    folder.say_address(address)
    screen.say(f"\n  {address}\n", "bold")
    if scene is None:
        screen.say(_FIRST)
        await supervisor.watch()
        return Exit.DONE
    playing = asyncio.create_task(play(scene, address, supervisor, screen), name="scene")
    watching = asyncio.create_task(supervisor.watch(), name="watch")
    try:
        done, _ = await asyncio.wait({playing, watching}, return_when=asyncio.FIRST_COMPLETED)
        await (playing if playing in done else watching)
    finally:
        for task in (playing, watching):
            task.cancel()
        await asyncio.wait({playing, watching})
    return Exit.DONE


@contextlib.contextmanager
def _interruptions() -> Iterator[asyncio.Event]:
    """An event that Ctrl-C, SIGTERM and the closing of the terminal set."""
    loop, interrupted = asyncio.get_running_loop(), asyncio.Event()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in numbers:
        loop.add_signal_handler(number, interrupted.set)
    try:
        yield interrupted
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
