// Everything that an ordinary host needs.
#pragma once

#include "pushwire/codec.hpp"
#include "pushwire/event_type.hpp"
#include "pushwire/options.hpp"
#include "pushwire/retention.hpp"
#include "pushwire/server.hpp"
#include "pushwire/stats.hpp"
#include "pushwire/version.hpp"
