r"""The book's pictures: each function draws on the Axes it is given and returns it.

One picture serves light and dark pages: the background is transparent, and every colour is of
middle lightness or stands on a plate of its own. Nothing is said by colour alone: a sign is also
a direction or a printed sign, and what is emphasised is also wider. Sizes are in CSS pixels, and
a picture is at most `WIDTH` pixels wide: a phone shows it at two thirds of its size, and all that
is written on it can still be read there.

matplotlib is imported here and nowhere else in the package, and `import backprop` does not load
this module.
"""

from ._style import INK, NEGATIVE, ON_PLATE, PLATE, POSITIVE, WIDTH, new_axes
from .costs import draw_costs
from .derivatives import draw_error_terms, draw_gradients, draw_loss_slice
from .descents import draw_descent, draw_descent_on_curve
from .flow import draw_copies, draw_map, draw_relay, draw_touches
from .mappings import draw_approximations, draw_family, draw_hinges, draw_level_lines
from .matrices import draw_batch_product, draw_gather, draw_jacobians, draw_product
from .networks import draw_network, draw_path_counts, draw_paths, draw_values
from .neurons import draw_activations, draw_neuron

__all__ = [
    "INK",
    "NEGATIVE",
    "ON_PLATE",
    "PLATE",
    "POSITIVE",
    "WIDTH",
    "draw_activations",
    "draw_approximations",
    "draw_batch_product",
    "draw_copies",
    "draw_costs",
    "draw_descent",
    "draw_descent_on_curve",
    "draw_error_terms",
    "draw_family",
    "draw_gather",
    "draw_gradients",
    "draw_hinges",
    "draw_jacobians",
    "draw_level_lines",
    "draw_loss_slice",
    "draw_map",
    "draw_network",
    "draw_neuron",
    "draw_path_counts",
    "draw_paths",
    "draw_product",
    "draw_relay",
    "draw_touches",
    "draw_values",
    "new_axes",
]
