"""Loops over codes of 8 bits, compiled when they are first needed.

A row of codes times a query of 16-bit numbers, four rows at a time: memory comes faster when more
of it is awaited. The product is spelled in LLVM's own vectors, which become the instructions of
any processor (x86: pmaddwd), because the compiler by itself uses half of their width.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from artsim.core.first_use import once
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    import numba
    from llvmlite import ir
    from numba import extending
    from numba.core import cgutils
else:
    numba = lazy("numba")
    ir = lazy("llvmlite.ir")
    extending = lazy("numba.extending")
    cgutils = lazy("numba.core.cgutils")

BLOCK = 32  # codes multiplied at once: a row of codes is whole blocks
LARGEST = 127  # of the codes
_STREAMS = 4  # rows multiplied at once
_SHORTEST = 1e-30  # a shorter row is lost whole: its length may have no inverse
_ROUNDING = 2.0**-20  # of the few float32 and float64 steps from codes to a bound, generously
_TINY = 1e-37  # below it float32 numbers are less exact than that
_SCORED = 2.0**-40  # of a distance's square in float64, where the query is far longer than rows


class Kernels(NamedTuple):
    """The compiled loops; they let other threads run."""

    add: Callable[..., None]
    encode: Callable[..., None]
    bound: Callable[..., None]


@once
def kernels() -> Kernels:
    """The loops, compiled once a process, in some seconds; raises what Numba raises."""
    types = numba.types

    def read(kind: Any, dimensions: int) -> Any:
        return types.Array(kind, dimensions, "C", readonly=True)

    def compiled(*arguments: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
        made: Callable[[Callable[..., None]], Callable[..., None]]
        made = numba.njit(types.void(*arguments), nogil=True, fastmath={"reassoc", "contract"})
        return made

    products = _products()
    floats, double, number = types.float32[::1], types.float64, types.intp
    values, each = read(types.float32, 2), read(types.float32, 1)
    shortest, largest_code = np.float32(_SHORTEST), float(LARGEST)
    streams, block, rounding, tiny, scored = _STREAMS, BLOCK, _ROUNDING, _TINY, _SCORED

    @compiled(values, each, types.float64[::1])
    def add(matrix: Any, norms: Any, total: Any) -> None:
        for row in range(matrix.shape[0]):
            if norms[row] > shortest:
                inverse = 1.0 / np.float64(norms[row])
                for i in range(matrix.shape[1]):
                    total[i] += inverse * np.float64(matrix[row, i])

    @compiled(values, each, each, types.int8[:, ::1], floats, floats, floats)
    def encode(
        matrix: Any, norms: Any, centre: Any, codes: Any, scales: Any, lost: Any, sizes: Any
    ) -> None:
        width = matrix.shape[1]
        for row in range(matrix.shape[0]):
            codes[row, :] = 0
            scales[row], sizes[row] = np.float32(0), np.float32(0)
            lost[row] = np.float32(2.001)  # a direction less the centre is no longer than 2
            if not norms[row] > shortest:
                continue
            inverse, largest = 1.0 / np.float64(norms[row]), 0.0
            for i in range(width):
                value = inverse * np.float64(matrix[row, i]) - np.float64(centre[i])
                largest = max(largest, abs(value))
            scale = np.float64(np.float32(largest / largest_code))
            against = 1.0 / scale if scale > 1e-30 else 0.0
            away, size = 0.0, 0.0
            for i in range(width):
                value = inverse * np.float64(matrix[row, i]) - np.float64(centre[i])
                code = np.rint(min(max(value * against, -largest_code), largest_code))
                codes[row, i] = np.int8(code)
                away += (value - scale * code) * (value - scale * code)
                size += code * code
            scales[row] = np.float32(scale)
            lost[row] = np.float32(1.0001 * np.sqrt(away))
            sizes[row] = np.float32(1.0001 * scale * np.sqrt(size))

    @compiled(
        *(read(types.int8, 2), each, each, each, each, each),
        *(read(types.int16, 1), double, double, double, double, types.boolean),
        *(read(number, 1), number, number, floats, floats),
    )
    def bound(
        codes: Any, scales: Any, lost: Any, sizes: Any, norms: Any, inverse: Any,
        query: Any, step: Any, base: Any, length: Any, away: Any, euclidean: Any,
        rows: Any, start: Any, stop: Any, lower: Any, upper: Any,
    ) -> None:  # fmt: skip
        apart, blocks = (stop - start + streams - 1) // streams, codes.shape[1] // block
        for first in range(start, start + apart):
            second = min(first + apart, stop - 1)
            third = min(second + apart, stop - 1)
            fourth = min(third + apart, stop - 1)
            places = (first, second, third, fourth)
            a, b, c, d = first, second, third, fourth
            if len(rows):
                a, b, c, d = rows[first], rows[second], rows[third], rows[fourth]
            found = products(codes, query, a, b, c, d, blocks)
            asked = (a, b, c, d)
            for i in range(streams):
                row, place = asked[i], places[i]
                key = base + step * np.float64(scales[row]) * np.float64(found[i])
                error = length * (np.float64(lost[row]) + rounding)
                error += (away + rounding * length) * np.float64(sizes[row])
                if euclidean:
                    norm = np.float64(norms[row])
                    key = norm * key - norm * norm
                    error = (norm + tiny) * error + rounding * norm * norm + tiny
                    error += scored * length * length
                elif inverse[row] == 0:
                    key, error = 0.0, 0.0
                lower[place] = np.float32(key - error)
                upper[place] = np.float32(key + error)

    return Kernels(add, encode, bound)


def _products() -> Any:
    """Products of four rows of codes int8 [N, P] with a query int16 [P], each an int32."""
    types: Any = numba.types
    tools: Any = cgutils

    @extending.intrinsic
    def products(
        _: Any, codes: Any, query: Any, a: Any, b: Any, c: Any, d: Any, blocks: Any
    ) -> tuple[Any, Callable[..., Any]]:
        signature = types.UniTuple(types.int32, _STREAMS)(codes, query, a, b, c, d, blocks)

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            made = [
                context.make_array(kind)(context, builder, value)
                for kind, value in zip(signature.args[:2], arguments[:2], strict=True)
            ]
            byte, short, whole = (ir.IntType(bits) for bits in (8, 16, 32))
            half = ir.VectorType(whole, BLOCK // 2)
            stride = builder.extract_value(made[0].strides, 0)
            bytes_at = builder.bitcast(made[0].data, byte.as_pointer())
            begins = [builder.gep(bytes_at, [builder.mul(row, stride)]) for row in arguments[2:6]]
            asked = builder.bitcast(made[1].data, short.as_pointer())
            totals = [tools.alloca_once_value(builder, ir.Constant(half, None)) for _ in begins]

            def numbers(begin: Any, place: Any, kind: Any) -> Any:
                """A block from memory, as vector of int32."""
                at = builder.bitcast(
                    builder.gep(begin, [place]), ir.VectorType(kind, BLOCK).as_pointer()
                )
                return builder.sext(builder.load(at, align=1), ir.VectorType(whole, BLOCK))

            def every_second(vector: Any, first: int) -> Any:
                places = [ir.Constant(whole, i) for i in range(first, BLOCK, 2)]
                nothing = ir.Constant(vector.type, ir.Undefined)
                return builder.shuffle_vector(vector, nothing, ir.Constant(half, places))

            with tools.for_range(builder, arguments[6]) as loop:
                place = builder.mul(loop.index, ir.Constant(loop.index.type, BLOCK))
                by = numbers(asked, place, short)
                for begin, total in zip(begins, totals, strict=True):
                    product = builder.mul(numbers(begin, place, byte), by)
                    pairs = builder.add(every_second(product, 0), every_second(product, 1))
                    builder.store(builder.add(builder.load(total), pairs), total)
            name = f"llvm.vector.reduce.add.v{BLOCK // 2}i32"
            kind = ir.FunctionType(whole, [half])
            add = tools.get_or_insert_function(builder.module, kind, name)
            sums = [builder.call(add, [builder.load(total)]) for total in totals]
            return context.make_tuple(builder, signature.return_type, sums)

        return signature, generate

    return products
