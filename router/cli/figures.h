// Figures as the verbs of the command line compute and print them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace weir::cli {

// Of at least one value; of an even number the mean of the two in the middle.
double median(std::vector<double> values);

// 0 of nothing.
double share(std::size_t part, std::size_t whole);

// "12.34 MB"; a megabyte is a million bytes.
std::string megabytes(std::uint64_t bytes);

}  // namespace weir::cli
