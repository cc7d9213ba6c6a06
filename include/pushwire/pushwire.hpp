// Everything that an ordinary host needs.
#pragma once

#include "pushwire/access.hpp"
#include "pushwire/codec.hpp"
#include "pushwire/event_type.hpp"
#include "pushwire/handler.hpp"
#include "pushwire/identity.hpp"
#include "pushwire/json_value.hpp"
#include "pushwire/message.hpp"
#include "pushwire/options.hpp"
#include "pushwire/recipient.hpp"
#include "pushwire/reply.hpp"
#include "pushwire/request_error.hpp"
#include "pushwire/retention.hpp"
#include "pushwire/server.hpp"
#include "pushwire/session.hpp"
#include "pushwire/stats.hpp"
#include "pushwire/version.hpp"
