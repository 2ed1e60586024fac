"""A warm interpreter that has imported the services, and forks one process for each life asked of it.

Lines of JSON: in, `{"n", "kind", "fault", "log", "given"}` to start a life, `{"n", "stop"}` to end it; out,
`{"n", "port"}` when it listens and `{"n", "status"}` when it has ended, as `Popen.returncode` says it.
"""

import gc
import json
import os
import select
import signal
import sys
from pathlib import Path
from typing import Any

READ = 1 << 16


def say(where: int, **words: Any) -> None:
    os.write(where, json.dumps(words).encode() + b"\n")


def begin(order: dict[str, Any], report: int) -> int:
    """Forks a life; the child never returns."""
    from tests.crash import lives

    pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        told = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for there, here in ((nothing, 0), (told, 1), (told, 2)):
            os.dup2(there, here)
        lives.live(order, lambda port: say(report, n=order["n"], port=port))
        code = 0
    finally:
        if code:
            sys.excepthook(*sys.exc_info())
            sys.stderr.flush()
        os._exit(code)


class Nursery:
    def __init__(self) -> None:
        self.report = os.dup(1)
        os.dup2(2, 1)
        self.pids: dict[int, int] = {}
        self.rest = b""

    def obey(self) -> bool:
        """Does what stands on the input; False at its end."""
        read = os.read(0, READ)
        *lines, self.rest = (self.rest + read).split(b"\n")
        for line in lines:
            order = json.loads(line)
            if "stop" in order:
                for pid in [p for p, n in self.pids.items() if n == order["n"]]:
                    os.kill(pid, signal.SIGKILL)
            else:
                self.pids[begin(order, self.report)] = order["n"]
        return bool(read)

    def bury(self) -> None:
        while self.pids:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            say(self.report, n=self.pids.pop(pid), status=os.waitstatus_to_exitcode(status))

    def run(self) -> None:
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        while True:
            ready = select.select([0, reader], [], [])[0]
            if reader in ready:
                os.read(reader, READ)
                self.bury()
            if 0 in ready and not self.obey():
                break
        for pid in self.pids:
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    from tests.crash import lives  # noqa: F401 - paid once, before the first fork

    gc.collect()
    gc.freeze()
    Nursery().run()
