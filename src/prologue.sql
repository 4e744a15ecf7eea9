\echo Use "CREATE EXTENSION auth" to load this file. \quit

