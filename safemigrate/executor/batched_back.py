"""A batched step taken back: from its before-images, in short transactions; its image goes when all is as it was."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from safemigrate.backfill import sizing, spec, undo
from safemigrate.executor import events
from safemigrate.executor.batched_work import OPENING, BatchedWork


@dataclass
class Back(BatchedWork):
    """One step on its way back."""

    @property
    def lost_images(self) -> bool:
        """Whether the image that the step kept is not there any more."""
        image = spec.image_name(self.execution, self.entry.ordinal)
        kept = self.entry.batch is not None and self.entry.batch.images
        return kept and not undo.exists(self.connection, image)

    def take_back(self) -> None:
        image = spec.image_name(self.execution, self.entry.ordinal)
        if self.lost_images:
            self.run.emit(events.Notice(f"the before-images of {self.entry.title} are gone: its rows stay as they are"))
        elif self.batch.images:
            self.spec = self.transaction(lambda: spec.read(self.connection, self.entry.sql, self.batch, image))
            self._restore()
        self.transaction(lambda: self._forget(image))

    def _forget(self, image: tuple[str, str]) -> None:
        self.run.work.execute(f"DROP TABLE IF EXISTS {spec.quoted(*image)}")
        self.mark("undone")

    def _restore(self) -> None:
        """Sweeps over the image until nothing is left of it; again over what others had locked."""
        size = sizing.Sizing(self.run.settings.batch_target)
        total = undo.Restored()
        while left := undo.left(self.connection, self.spec):
            swept = self._sweep(size)
            total += swept
            if swept.seen:
                self.passage.went_on()
            else:
                self.passage.wait_for(self.holders(), 0.1, f"{left} rows were locked by others")
        if total.seen > total.restored:
            count = total.seen - total.restored
            self.run.emit(events.Notice(f"{count} rows were changed by others since, and are left as they are"))

    def _sweep(self, size: sizing.Sizing) -> undo.Restored:
        """Once over the image."""
        run, first, total = self.run, 0, undo.Restored()
        pages, on_each = undo.extent(self.connection, self.spec)
        while first < pages:
            run.check()
            after = first + max(1, size.size // on_each)
            started = run.clock.now()
            try:
                with run.stop.cancels(self.connection.cancel_safe):
                    found = undo.restore(self.connection, OPENING, self.spec, self.place, first, after)
            except psycopg.Error as error:
                self.after(error)
                continue
            size.after((after - first) * on_each, run.clock.now() - started)
            total, first = total + found, after
        return total
