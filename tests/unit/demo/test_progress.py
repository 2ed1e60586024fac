"""The bar counts, says what is left, and keeps quiet in a file."""

import io

from seuil_dev.demo.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_in_a_file_a_line_every_five_seconds() -> None:
    out, now = io.StringIO(), [0.0]
    progress = Progress("Envoi", 100, out, lambda: now[0])
    for _ in range(4):
        now[0] += 2
        progress.advance(10)
    progress.end()
    assert out.getvalue() == "Envoi 30/100, encore 14 s\nEnvoi : 40 en 8 s\n"


def test_in_a_terminal_a_bar_on_one_line() -> None:
    out, now = Terminal(), [0.0]
    progress = Progress("Envoi", 4, out, lambda: now[0])
    now[0] = 1.0
    progress.advance(2)
    assert out.getvalue() == "\rEnvoi [██████████████··············] 2/4, encore 1 s\x1b[K"
    progress.advance(2)
    progress.end()
    assert out.getvalue().endswith("\rEnvoi : 4 en 1 s\x1b[K\n") or "Envoi : 4 en 1 s" in out.getvalue()


def test_nothing_done_yet_says_so_and_a_closed_pipe_stops_nothing() -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    assert Progress("Envoi", 0, io.StringIO(), lambda: 0.0).line() == "Envoi 0/1, encore …"
    Progress("Envoi", 1, Closed(), lambda: 0.0).end()
