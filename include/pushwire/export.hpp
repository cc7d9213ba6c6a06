// What the shared library shows: everything else is built with hidden visibility, so that a host's own Asio,
// websocketpp or JSON library of another version never meets ours.
#pragma once

#if defined(PUSHWIRE_STATIC)
#define PUSHWIRE_API
#elif defined(_WIN32)
#if defined(PUSHWIRE_BUILDING)
#define PUSHWIRE_API __declspec(dllexport)
#else
#define PUSHWIRE_API __declspec(dllimport)
#endif
#else
#define PUSHWIRE_API __attribute__((visibility("default")))
#endif
